import * as z from 'zod/mini';
import { signedRequests } from '../signed-requests.ts';
import { AwsRefusal } from './finding.ts';

/** Calls to AWS in the protocol of each service; all of them only read. */
export type AwsCalls = {
  /** AWS's JSON protocols: `target` is the service's prefix and the operation. */
  json: (service: string, target: string, input: object) => Promise<unknown>;
  /** AWS's REST protocol with JSON. */
  get: (service: string, path: string) => Promise<unknown>;
  /** AWS's Query protocol, which answers in XML. */
  query: (service: string, parameters: Record<string, string>) => Promise<string>;
};

type AwsAddress = {
  /** @default the service's own in the caller's region */
  endpoint?: string | undefined;
  /** @default those that the SDK finds */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  region?: string;
};

const problem = z.object({
  __type: z.optional(z.string()),
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
});

/** @throws AwsRefusal where AWS refuses */
export function awsCalls({ endpoint, ...caller }: AwsAddress): AwsCalls {
  const { send, region } = signedRequests(caller);
  const addressOf = async (service: string) =>
    endpoint ?? `https://${service}.${await region()}.${suffix(await region())}`;
  const answer = async (service: string, path: string, request: { method: string; headers: object; body?: string }) => {
    const { headers, ...rest } = request;
    const response = await send({
      url: `${await addressOf(service)}${path}`,
      service,
      headers: { ...headers },
      ...rest,
    });
    const text = await response.text();
    if (!response.ok) throw refusal(response, text);
    return text;
  };
  return {
    json: async (service, target, input) => {
      const version = service === 'sqs' ? '1.0' : '1.1';
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
      return JSON.parse(await answer(service, '/', { method: 'POST', headers, body: JSON.stringify(input) }));
    },
    get: async (service, path) => JSON.parse(await answer(service, path, { method: 'GET', headers: {} })),
    query: (service, parameters) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return answer(service, '/', { method: 'POST', headers, body: new URLSearchParams(parameters).toString() });
    },
  };
}

const suffix = (region: string) => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com');

function refusal(response: Response, text: string): AwsRefusal {
  const { __type, message, Message } = z.catch(problem, {}).parse(jsonOf(text));
  const code =
    __type ?? response.headers.get('x-amzn-errortype') ?? elementText(text, 'Code') ?? `HTTP ${response.status}`;
  const [name = code] = code.split('#').at(-1)?.split(':') ?? [];
  return new AwsRefusal(name, message ?? Message ?? elementText(text, 'Message') ?? '');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The text of the first element of this name in an XML answer. */
export const elementText = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
