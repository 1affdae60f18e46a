// One cold start, in a process that has loaded nothing else. Arguments: file [event]. Writes milliseconds to descriptor 3.
import { writeSync } from 'node:fs';

const [, , file, event] = process.argv;
const startedAt = performance.now();
const { handler } = await import(file);
const readyMs = performance.now() - startedAt;
const answer = event && (await handler(JSON.parse(event), {}));
const answeredMs = performance.now() - startedAt;
if (answer?.statusCode > 200) throw new Error(`answered ${answer.statusCode}`);
writeSync(3, JSON.stringify({ readyMs, answeredMs }));
process.exit();
