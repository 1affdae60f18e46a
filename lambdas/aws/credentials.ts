/**
 * Stands in the bundles for `@aws-sdk/credential-provider-node` (cdk/relay-function.ts puts it there). Lambda hands out
 * credentials in the environment; the SDK's search through files, SSO and metadata services is a third of a bundle's weight.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
