import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { synthesise } from '../../../local/synthesise.ts';

const root = `${import.meta.dirname}/../../../`;
const folder = `${root}node_modules/.cache/klarna-relay`;

/** The synthesised template. It is cached in a file, since loading the CDK costs each test file two seconds. */
export async function synthesisedOnce(): Promise<unknown> {
  const file = `${folder}/template-${fingerprint()}.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const template = await synthesise();
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(template));
  renameSync(`${file}.${process.pid}`, file);
  return template;
}

/** A hash of every file that the template depends on. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const sources = ['cdk/**/*.ts', 'cdk.json', 'package-lock.json', 'local/synthesise.ts'];
  for (const name of globSync(sources, { cwd: root }).sort()) hash.update(name).update(readFileSync(root + name));
  return hash.digest('hex').slice(0, 16);
}
