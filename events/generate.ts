import { readFileSync, writeFileSync } from 'node:fs';
import { fieldTable, jsonSchemas } from './contract.ts';

const beside = (path: string) => new URL(path, import.meta.url);

for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(beside(`./schemas/${name}`), `${JSON.stringify(schema, null, 2)}\n`);
}
const docs = beside('../docs/events.md');
const made = /(<!-- made by .* -->\n)[\s\S]*(<!-- end -->)/;
writeFileSync(
  docs,
  readFileSync(docs, 'utf8').replace(made, (_, start, end) => `${start}${fieldTable()}${end}`),
);
