import { createHash, createHmac } from 'node:crypto';

export type SignedRequest = { method: string; url: string; headers: Record<string, string>; body: string };
export type Caller = { accessKeyId: string; secretAccessKey: string; region: string };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * The `authorization` header that AWS expects of a request without a query (IAM, "Create a signed AWS API request"), for the
 * date and the signed headers that the request itself names.
 */
export function expectedAuthorization(
  request: SignedRequest,
  { accessKeyId, secretAccessKey, region }: Caller,
): string {
  const { host, pathname } = new URL(request.url);
  const headers: Record<string, string> = { ...request.headers, host };
  const signedHeaders = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const canonical = [
    request.method,
    pathname,
    '',
    ...signedHeaders.split(';').map((name) => `${name}:${headers[name]}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const time = headers['x-amz-date'] ?? '';
  const scope = [time.slice(0, 8), region, 'execute-api', 'aws4_request'];
  const key = scope.reduce<string | Buffer>((derived, part) => hmac(derived, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n')).toString(
    'hex',
  );
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope.join('/')}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}
