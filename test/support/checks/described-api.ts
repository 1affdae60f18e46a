import { Ajv2020 } from 'ajv/dist/2020.js';
import { apiDescription } from '../../../api/description.ts';

type Response = { headers?: Record<string, object>; content?: Record<string, { schema: object }> };
type Document = { paths: Record<string, Record<string, { responses: Record<string, Response> }>> };

/** An answer as it came over HTTP. */
export type ReceivedAnswer = { method: string; path: string; status: number; headers: Headers; body: unknown };

/** Finds the first part of an answer that the description of the API does not have. For callers a new field is no flaw; here it is. */
export function apiFlaws(): (answered: ReceivedAnswer) => string | undefined {
  const document = closed(JSON.parse(JSON.stringify(apiDescription()))) as Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  const isPath = (pattern: string, path: string) =>
    new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path.split('?')[0] ?? '');

  const differs = (schema: object, body: unknown): string | undefined => {
    const valid = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
    return valid(body) ? undefined : ajv.errorsText(valid.errors);
  };

  return ({ method, path, status, headers, body }) => {
    const [, methods] =
      Object.entries(document.paths).find(([pattern, each]) => isPath(pattern, path) && method.toLowerCase() in each) ??
      [];
    const response = methods?.[method.toLowerCase()]?.responses[status];
    if (!response) return `no ${method} ${path} answers ${status}`;
    const missing = Object.keys(response.headers ?? {}).find((name) => !headers.has(name));
    if (missing) return `${method} ${path} ${status} has no ${missing}`;
    return flawIn(response, { type: headers.get('content-type') ?? '', body, differs });
  };
}

type Held = { type: string; body: unknown; differs: (schema: object, body: unknown) => string | undefined };

function flawIn({ content }: Response, { type, body, differs }: Held): string | undefined {
  if (!content) return body === undefined ? undefined : 'a body that is not described';
  const schema = content[type]?.schema;
  return schema ? differs(schema, body) : `of type ${type}`;
}

/** The same schemas, none of which allows a field that it does not name. */
function closed(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(closed);
  if (typeof json !== 'object' || json === null) return json;
  const inner = Object.fromEntries(Object.entries(json).map(([name, value]) => [name, closed(value)]));
  return 'properties' in inner && 'type' in inner ? { ...inner, additionalProperties: false } : inner;
}
