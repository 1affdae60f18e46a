import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { SignatureV4 } from '@smithy/signature-v4';

export type Signed = {
  url: string;
  /** As AWS signs for it: execute-api, sqs, lambda … */
  service: string;
  /** @default the caller's */
  region?: string | undefined;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
};

/** Requests signed with the caller's AWS credentials, wherever the SDK finds them. */
export function signedRequests(caller: Pick<SecretsManagerClientConfig, 'credentials' | 'region'> = {}) {
  const { credentials, region, sha256 } = new SecretsManagerClient(caller).config;
  const signer = new SignatureV4({ credentials, region, sha256, service: 'execute-api' });
  const send = async ({ url, service, region: signingRegion, method = 'POST', headers = {}, body }: Signed) => {
    const { protocol, hostname, port, host, pathname: path, searchParams } = new URL(url);
    const request = {
      ...{ method, protocol, hostname, path, query: Object.fromEntries(searchParams) },
      ...(port && { port: Number(port) }),
      headers: { ...headers, host },
      body,
    };
    const signing = { signingService: service, ...(signingRegion && { signingRegion }) };
    const signed = await signer.sign(request, signing);
    const { host: _, ...sent } = signed.headers; // fetch writes it
    return fetch(url, { method, headers: sent, signal: AbortSignal.timeout(30_000), ...(body && { body }) });
  };
  return { send, region };
}

/** Whether somebody gave AWS credentials: nobody is asked for any, and no instance metadata is looked for. */
export const hasAwsCredentials = (env: Record<string, string | undefined>): boolean =>
  Boolean(env.AWS_ACCESS_KEY_ID || env.AWS_PROFILE || env.AWS_WEB_IDENTITY_TOKEN_FILE);

/** The region in the host of an API of API Gateway. */
export const regionIn = (url: string): string | undefined => /\.execute-api\.([\w-]+)\./.exec(new URL(url).host)?.[1];
