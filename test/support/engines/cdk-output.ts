import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The output directory of every CDK app in the tests; CDK itself would leave a directory behind for each. */
export default function ownCdkOutput(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'klarna-relay-cdk-'));
  process.env.CDK_OUTDIR = folder; // the processes of the tests inherit it
  return () => rmSync(folder, { recursive: true });
}
