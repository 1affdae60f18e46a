import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';

type RelayRequest = {
  path: string;
  body: object;
  /** Identifies one thing that you want done. The same key with the same body does it once, however often you send it. */
  idempotencyKey: string;
};

/** 201: Klarna did it. 202: Klarna has not answered yet; the result follows as `Payment Operation Finished`. */
export type RelayAnswer = { status: number; body: Record<string, unknown> };

/** Posts a request to the relay. @throws RelayRefusal */
export type RelayClient = (request: RelayRequest) => Promise<RelayAnswer>;

/** The relay or Klarna refused the request. `problem` is the problem+json (RFC 9457) of the answer. */
export class RelayRefusal extends Error {
  readonly status: number;
  readonly problem: Record<string, unknown>;

  constructor({ status, body }: RelayAnswer) {
    super(`the relay answered ${status}: ${body.detail ?? body.message}`);
    this.status = status;
    this.problem = body;
  }
}

/**
 * Sends requests signed with AWS Signature Version 4 for the service `execute-api`. The role behind the credentials needs
 * `relay.grantMerchant(role)`.
 * @param aws by default the credentials and the region that the AWS SDK finds
 */
export function relayClient(
  relayUrl: string,
  aws: Pick<DynamoDBClientConfig, 'credentials' | 'region'> = {},
): RelayClient {
  // Every client of the AWS SDK finds credentials and a region, and brings a hash. The signer needs all three.
  const { credentials, region, sha256 } = new DynamoDBClient(aws).config;
  const signer = new SignatureV4({ service: 'execute-api', credentials, region, sha256 });

  const send = async ({ path, body, idempotencyKey }: RelayRequest): Promise<RelayAnswer> => {
    const url = new URL(path, relayUrl);
    const { protocol, hostname, host, pathname } = url;
    const content = JSON.stringify(body);
    const signed = await signer.sign({
      method: 'POST',
      ...{ protocol, hostname, path: pathname },
      headers: { host, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: content,
    });
    const { host: _, ...headers } = signed.headers; // fetch sets host itself
    const response = await fetch(url, {
      ...{ method: 'POST', headers, body: content },
      signal: AbortSignal.timeout(30_000),
    });
    return { status: response.status, body: (await response.json()) as RelayAnswer['body'] };
  };

  return async (request) => {
    const answer = await retried(() => send(request));
    if (answer.status >= 400) throw new RelayRefusal(answer);
    return answer;
  };
}

/** Sends again if there is no answer, or 429 or 5xx. The idempotency key makes that safe. */
async function retried(send: () => Promise<RelayAnswer>): Promise<RelayAnswer> {
  for (const milliseconds of [500, 2000]) {
    const answer = await send().catch(() => undefined);
    if (answer && answer.status !== 429 && answer.status < 500) return answer;
    await pause(milliseconds);
  }
  return send();
}
