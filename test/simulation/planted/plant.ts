import { registerHooks } from 'node:module';
import type { PlantedBug } from './planted-bug.ts';

const root = new URL('../../../', import.meta.url).href;

/**
 * Changes the source of one file as it is loaded, and returns a check that it was loaded. Both the loading and the check throw where
 * the bug is not planted: the file must contain the text exactly once.
 */
export function plant({ file, replace, by }: PlantedBug): () => void {
  let isPlanted = false;
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (url !== root + file) return loaded;
      const source = String(loaded.source);
      if (source.split(replace).length !== 2) throw new Error(`planted bug: ${file} must contain once: ${replace}`);
      isPlanted = true;
      return { ...loaded, source: source.replace(replace, () => by) };
    },
  });
  return () => {
    if (!isPlanted) throw new Error(`planted bug: ${file} was not loaded`);
  };
}
