import { parseArgs } from 'node:util';
import { startKlarna } from './emulator.ts';

/** Runs the emulated Klarna alone: npm run klarna -- --port 4700 */
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
  process.stdout.write(`Emulated Klarna on ${klarna.url} until Ctrl-C
Basic auth accepts any username and password.

Play a shopper  curl ${klarna.url}/shopper/{session_id} -d '{"does": "approve"}'
                session_id: the hosted payment page's session
Show the log    curl ${klarna.url}/control/log
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
