import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const architecture = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8');

type Walk = { files: string[]; reads: number; saves: number };

let walks: Record<string, Walk> = {};
beforeAll(() => {
  const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('walk.ts', import.meta.url))], {
    encoding: 'utf8',
  });
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  expect(last, stderr).toMatch(/^\{"callback"/);
  walks = JSON.parse(last);
});

/** A road as ARCHITECTURE.md draws it. */
function drawn(road: string): Walk {
  const heading = new RegExp(`^### A ${road}: (\\d+) files, (\\d+) reads?, (\\d+) saves?$`, 'm').exec(architecture);
  expect(heading, `ARCHITECTURE.md draws no road "A ${road}"`).not.toBeNull();
  const [text = '', count, reads, saves] = heading ?? [];
  const section = architecture.slice(architecture.indexOf(text) + text.length).split('\n##')[0] ?? '';
  const files = [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file);
  expect(files, `the heading counts ${count} files`).toHaveLength(Number(count));
  return { files: files.toSorted(), reads: Number(reads), saves: Number(saves) };
}

test.each(['callback', 'due task', 'capture', 'charge'])(
  'a %s executes the files that ARCHITECTURE.md names',
  (road) => {
    expect(walks[road]).toEqual(drawn(road));
  },
);
