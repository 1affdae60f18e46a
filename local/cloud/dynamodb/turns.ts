/** Work of the same name waits for the work before it; work of different names does not. */
export function inTurn() {
  const last = new Map<string, Promise<unknown>>();
  return async <Out>(name: string, work: () => Promise<Out>): Promise<Out> => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work, work);
    last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}

/** At most `count` pieces of work at once; the others wait in the order in which they came. */
export function atMost(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return async <Out>(work: () => Promise<Out>): Promise<Out> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
