import * as z from 'zod';

export type Json = Record<string, unknown>;

/** Gives a schema as it stands in the document: itself, or a reference to the component that it became. */
export type Refer = (schema: z.core.$ZodType) => Json;

/** Writes schemas; those with an id become components, which the others refer to. */
export function schemaWriter() {
  const components: Record<string, Json> = {};
  const refer: Refer = (schema) => {
    const { $schema, $defs, ...json } = z.toJSONSchema(schema, { io: 'input' });
    const { id, ...own } = withDocumentReferences(json) as Json;
    for (const [name, each] of Object.entries($defs ?? {})) components[name] = withoutId(withDocumentReferences(each));
    if (typeof id !== 'string') return own;
    components[id] = own;
    return { $ref: `#/components/schemas/${id}` };
  };
  const all = () => Object.fromEntries(Object.entries(components).toSorted(([a], [b]) => a.localeCompare(b)));
  return { refer, all };
}

const withoutId = ({ id, ...own }: Json): Json => own;

/** References within one schema become references within the document. */
const withDocumentReferences = (json: unknown): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
