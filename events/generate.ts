import { readFileSync, writeFileSync } from 'node:fs';
import { jsonSchemas } from './contract.ts';
import { fieldTable } from './detail.ts';

const fileAt = (path: string) => new URL(path, import.meta.url);

for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(fileAt(`./schemas/${name}`), `${JSON.stringify(schema, null, 2)}\n`);
}
const docs = fileAt('../docs/events.md');
const generated = /(<!-- made by .* -->\n)[\s\S]*(<!-- end -->)/;
writeFileSync(
  docs,
  readFileSync(docs, 'utf8').replace(generated, (_, start, end) => `${start}${fieldTable()}${end}`),
);
