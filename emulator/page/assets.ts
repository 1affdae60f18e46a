import { cpSync, existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file as a browser receives it. */
type Asset = { type: string; text: string };

const contentTypes: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Serves bundled assets by their public name, from their source files. They are bundled once, at the first request. */
export function assets(sources: Record<string, URL>): (name: string) => Promise<Asset | undefined> {
  let bundles: Promise<Map<string, Asset>> | undefined;
  return async (name) => {
    bundles ??= bundle(sources);
    return (await bundles).get(name);
  };
}

async function bundle(sources: Record<string, URL>): Promise<Map<string, Asset>> {
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
    outputFiles.map(({ path, text }) => [path.slice(1), { type: contentTypes[extname(path)] ?? 'text/plain', text }]),
  );
}

/** In an installed package scripts are already compiled. */
const sourceOf = (path: string) => (existsSync(path) ? path : path.replace(/\.ts$/, '.js'));

/** Part of npm run build: copies the styles and pictures of the folders in its arguments to dist/. */
if (import.meta.main) {
  const isFolderOrAsset = (path: string) => extname(path) === '' || extname(path) in contentTypes;
  const dist = resolve(import.meta.dirname, '../..');
  for (const folder of process.argv.slice(2))
    cpSync(resolve(folder), resolve(dist, folder), { recursive: true, filter: isFolderOrAsset });
}
