import { cpSync, existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file as a browser gets it. */
export type Asset = { type: string; text: string };

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Bundles what pages load, at the first request and once: name in the address → its source. Scripts and styles bring what they import. */
export function assets(sources: Record<string, URL>): (name: string) => Promise<Asset | undefined> {
  let made: Promise<Map<string, Asset>> | undefined;
  return async (name) => {
    made ??= bundled(sources);
    return (await made).get(name);
  };
}

async function bundled(sources: Record<string, URL>): Promise<Map<string, Asset>> {
  const entries = Object.entries(sources).map(([name, url]) => ({
    out: name.slice(0, -extname(name).length),
    in: sourceOf(fileURLToPath(url)),
  }));
  const { outputFiles } = await build({
    entryPoints: entries,
    bundle: true,
    write: false,
    outdir: '/',
    format: 'esm',
    target: 'es2024',
    loader: { '.svg': 'copy' },
  });
  return new Map(
    outputFiles.map(({ path, text }) => [path.slice(1), { type: types[extname(path)] ?? 'text/plain', text }]),
  );
}

/** In an installed package scripts are compiled already. */
const sourceOf = (path: string) => (existsSync(path) ? path : path.replace(/\.ts$/, '.js'));

/** npm run build, in dist/: styles and pictures, which no compiler takes along. */
if (import.meta.main) {
  const isFolderOrAsset = (path: string) => extname(path) === '' || extname(path) in types;
  const built = resolve(import.meta.dirname, '../..');
  for (const folder of ['emulator', 'local'])
    cpSync(resolve(folder), resolve(built, folder), { recursive: true, filter: isFolderOrAsset });
}
