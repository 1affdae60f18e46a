import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const { outputFiles, metafile } = await build({
  entryPoints: [fileURLToPath(new URL('../../pop-in/pop-in.ts', import.meta.url))],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'esm',
  target: 'es2024',
});
const source = outputFiles[0]?.text ?? '';

test('the minified pop-in is at most 5 KB and imports nothing else', () => {
  expect(source.length).toBeGreaterThan(0);
  expect(source.length).toBeLessThanOrEqual(5 * 1024);
  expect(Object.keys(metafile.inputs).filter((path) => !/(^|\/)pop-in\//.test(path))).toEqual([]);
});

test.each(['javascript:alert(1)', 'data:text/html,x', '/relative', ''])(
  'the pop-in does not open %o',
  async (redirectUrl) => {
    const { apply } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
    expect(() => apply({ redirectUrl, statusUrl: 'https://relay.example/status/p/s' })).toThrow(/^redirectUrl: /);
  },
);
