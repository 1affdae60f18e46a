import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** A node process, and everything that it has printed so far. */
export type Child = {
  process: ChildProcess;
  output: () => string;
  errors: () => string;
  /** Resolves when stdout matches; rejects when the process ends before. */
  prints: (sought: RegExp) => Promise<RegExpExecArray>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** Runs a TypeScript file of the project in a new node process. */
export function runNode(file: string, args: string[], env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../..', file), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const ended: Child['ended'] = new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const prints = (sought: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const search = () => {
        const found = sought.exec(output);
        if (found) resolve(found);
      };
      search();
      child.stdout.on('data', search);
      void ended.then(({ code }) =>
        reject(new Error(`ended with ${code} and printed no ${sought}:\n${output}${errors}`)),
      );
    });
  return { process: child, output: () => output, errors: () => errors, prints, ended };
}
