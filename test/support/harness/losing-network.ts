/** Loaded before a program with `node --import`. Its fetch answers 200 to every callback of COMPLETED and delivers none. */
const { fetch } = globalThis;

globalThis.fetch = async (address, init) =>
  String(init?.body).includes('"COMPLETED"') ? new Response(null, { status: 200 }) : fetch(address, init);
