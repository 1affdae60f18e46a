import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { SignatureV4 } from '@smithy/signature-v4';

type SignedRequest = {
  url: string;
  /** The name that AWS signs with: execute-api, sqs, lambda … */
  service: string;
  /** @default the caller's */
  region?: string | undefined;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
};

/** Sends requests signed with the given AWS credentials, or with those that the SDK finds. */
export function signedRequests(caller: Pick<SecretsManagerClientConfig, 'credentials' | 'region'> = {}) {
  const { credentials, region, sha256 } = new SecretsManagerClient(caller).config;
  const signer = new SignatureV4({ credentials, region, sha256, service: 'execute-api' });
  const send = async ({ url, service, region: signingRegion, method = 'POST', headers = {}, body }: SignedRequest) => {
    const { protocol, hostname, port, host, pathname: path, searchParams } = new URL(url);
    const request = {
      ...{ method, protocol, hostname, path, query: Object.fromEntries(searchParams) },
      ...(port && { port: Number(port) }),
      headers: { ...headers, host },
      body,
    };
    const signing = { signingService: service, ...(signingRegion && { signingRegion }) };
    const signed = await signer.sign(request, signing);
    const { host: _, ...sent } = signed.headers; // fetch sets it itself
    return fetch(url, { method, headers: sent, signal: AbortSignal.timeout(30_000), ...(body && { body }) });
  };
  return { send, region };
}

/** Whether the environment gives AWS credentials. Does not ask the instance metadata service. */
export const hasAwsCredentials = (env: Record<string, string | undefined>): boolean =>
  Boolean(env.AWS_ACCESS_KEY_ID || env.AWS_PROFILE || env.AWS_WEB_IDENTITY_TOKEN_FILE);

/** The region in the host name of an API Gateway API. */
export const regionIn = (url: string): string | undefined => /\.execute-api\.([\w-]+)\./.exec(new URL(url).host)?.[1];
