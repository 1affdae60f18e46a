import { writeFileSync } from 'node:fs';
import { apiDescription } from './description.ts';

writeFileSync(new URL('../docs/openapi.json', import.meta.url), `${JSON.stringify(apiDescription(), null, 2)}\n`);
