/** Runs work of the same name one after another, and work of different names side by side. */
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

/** Runs at most `count` pieces of work at the same time; the others wait in the order of their calls. */
export function atMost(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return async <Out>(work: () => Promise<Out>): Promise<Out> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
