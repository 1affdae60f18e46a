/** The message of the parent process: two bundles to load, and for every pair a callback before and a callback to measure. */
export type PairsJob = { receive: string; calls: string; warmUp: number; pairs: Pair[] };
export type Pair = { payment: string; before: object; measured: object };
/** Milliseconds, pair by pair. */
export type PairTimes = { callback: number[]; floor: number[] };

type Item = { id: string; version: number };
type Floor = (event: { id: string; put?: Item | undefined }) => Promise<Item | undefined>;

process.once('message', async (job: PairsJob) => {
  const { handler } = await import(job.receive);
  const { handler: floor }: { handler: Floor } = await import(job.calls);
  const receive = async (event: object) => {
    const { statusCode } = await handler(event, {});
    if (statusCode !== 200) throw new Error(`a callback was answered ${statusCode}`);
  };
  const [sample, ...pairs] = job.pairs;
  const items = sample && (await itemsOf(sample, { receive, floor }));
  const times: PairTimes = { callback: [], floor: [] };
  for (const [index, { payment, before, measured }] of pairs.entries()) {
    const id = `${payment}-floor`;
    await receive(before);
    await floor({ id, put: items?.before && { ...items.before, id } });
    const callback = () => receive(measured);
    const calls = () => floor({ id, put: items?.after && { ...items.after, id } });
    const inTurn = index % 2 === 0 ? { callback, floor: calls } : { floor: calls, callback };
    const took = await timeEach(inTurn);
    if (index < job.warmUp) continue;
    times.callback.push(took.callback);
    times.floor.push(took.floor);
  }
  process.send?.(times, () => process.exit());
});

type Bundles = { receive: (event: object) => Promise<void>; floor: Floor };

/** The items that the two callbacks of a pair save: the floor puts the same. */
async function itemsOf({ payment: id, ...events }: Pair, { receive, floor }: Bundles) {
  await receive(events.before);
  const before = await floor({ id });
  await receive(events.measured);
  return { before, after: await floor({ id }) };
}

/** Runs one after the other, in the given order. */
async function timeEach(
  works: Record<keyof PairTimes, () => Promise<unknown>>,
): Promise<Record<keyof PairTimes, number>> {
  const took = { callback: 0, floor: 0 };
  for (const [name, work] of Object.entries(works)) {
    const startedAt = performance.now();
    await work();
    took[name === 'callback' ? 'callback' : 'floor'] = performance.now() - startedAt;
  }
  return took;
}
