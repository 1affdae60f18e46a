/** Loaded before a program (`node --import`): its network loses every callback that says COMPLETED, and says 200. */
const { fetch } = globalThis;

globalThis.fetch = async (address, init) =>
  String(init?.body).includes('"COMPLETED"') ? new Response(null, { status: 200 }) : fetch(address, init);
