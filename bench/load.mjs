// One cold start, in a process of its own that has loaded nothing else: [file, event?] -> milliseconds on descriptor 3.
import { writeSync } from 'node:fs';

const [, , file, event] = process.argv;
const began = performance.now();
const { handler } = await import(file);
const readyMs = performance.now() - began;
const answer = event && (await handler(JSON.parse(event), {}));
const answeredMs = performance.now() - began;
if (answer?.statusCode > 200) throw new Error(`answered ${answer.statusCode}`);
writeSync(3, JSON.stringify({ readyMs, answeredMs }));
process.exit();
