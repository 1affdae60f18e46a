import { writeFileSync } from 'node:fs';
import { description } from './description.ts';

writeFileSync(new URL('../docs/openapi.json', import.meta.url), `${JSON.stringify(description(), null, 2)}\n`);
