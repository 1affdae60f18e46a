import { afterAll, beforeAll } from 'vitest';
import { type Command, silentTerminal } from '../../cli/command.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { synthesisedOnce } from '../support/template.ts';

/** A local run for the commands of one test file. */
export function startLocalRun() {
  let relay: Relay | undefined;
  beforeAll(async () => {
    relay = await startRelay({ template: await synthesisedOnce(), pace: 0.02 });
  });
  afterAll(() => relay?.stop());
  const url = () => relay?.url ?? '';
  const env = () => ({ PORT: new URL(url()).port });

  /** What a command prints while it runs and when it ends. */
  const run = async (command: Command, args: string[], more: Record<string, string> = {}): Promise<string> => {
    const printed: string[] = [];
    const print = (text: string) => void printed.push(`${text}\n`);
    const result = await command(args, { ...env(), ...more }, { ...silentTerminal(), print });
    return printed.join('') + result;
  };

  /** The error with which a command fails. */
  const failureOf = (command: Command, args: string[], more: Record<string, string> = {}): Promise<Error> =>
    run(command, args, more).then(
      (text) => Promise.reject(new Error(`the command succeeded: ${text}`)),
      (error: Error) => error,
    );

  /** The value of the callback secret. */
  const callbackSecret = async (): Promise<string> => {
    const { aws_url, resources } = (await (await fetch(`${url()}/local/run`)).json()) as {
      aws_url: string;
      resources: { id: string; name: string }[];
    };
    const headers = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
    const SecretId = resources.find(({ id }) => id.includes('CallbackSecret'))?.name;
    const answer = await fetch(aws_url, { method: 'POST', headers, body: JSON.stringify({ SecretId }) });
    return ((await answer.json()) as { SecretString: string }).SecretString;
  };

  return { url, env, run, failureOf, callbackSecret };
}
