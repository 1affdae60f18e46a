/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundles (cdk/functions/relay-function.ts). Lambda hands
 * out credentials in the environment; the SDK's search through files, SSO and metadata services is a third of a
 * bundle's weight.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
