import { parseArgs } from 'node:util';
import { startKlarna } from './emulator.ts';

/** Klarna alone: npm run klarna -- --port 4700 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '4700' },
      limits: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port: a number from 0 to 65535');
  const klarna = await startKlarna({ port, limits: values.limits ? 'playground' : 'none' });
  process.stdout.write(`Klarna, emulated, on ${klarna.url} until Ctrl-C: Basic auth with any username and password

A shopper     curl ${klarna.url}/shopper/{hpp session id} -d '{"does": "approve"}'
What it saw   curl ${klarna.url}/control/log
`);
  await new Promise<void>((end) => {
    process.once('SIGINT', () => end());
    process.once('SIGTERM', () => end());
  });
  await klarna.stop();
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const reason =
    error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      ? 'this port is in use: choose another with --port'
      : String(error instanceof Error ? error.message : error);
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
