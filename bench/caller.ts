import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** What the parent process sends: callers that post, one callback after the other, until the time is over. */
export type Calls = { callers: number; seconds: number; payments: { name: string; url: string }[] };

/** One payment that was called about: the words that were answered 200, in order. */
export type Answered = { name: string; words: string[] };

export type Called = {
  seconds: number;
  /** Milliseconds until a 200, and until anything else. */
  took: number[];
  refused: number[];
  /** How often each status came; 0 is no answer. */
  statuses: Record<number, number>;
  payments: Answered[];
};

/** A shopper who comes, fails, comes again and gives up: each callback is a change of its own. */
const story = ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS', 'CANCELLED'];

/** Milliseconds: shorter than any of Klarna's pauses, longer than not at all. */
const afterRefusal = 250;

process.once('message', async (calls: Calls) => {
  process.send?.(await call(calls), () => process.exit());
});

/** Each caller takes the next payment and tells its story. */
async function call({ callers, seconds, payments }: Calls): Promise<Called> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const called: Called = { seconds, took: [], refused: [], statuses: {}, payments: [] };
  const began = performance.now();
  const isOver = () => performance.now() - began > seconds * 1000;
  const caller = async () => {
    for (let payment = payments.pop(); payment && !isOver(); payment = payments.pop()) {
      const words = await tell(agent, payment.url, called);
      called.payments.push({ name: payment.name, words });
      if (words.length < story.length) await setTimeout(afterRefusal);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { ...called, seconds: (performance.now() - began) / 1000 };
}

/** The words that were answered 200; a refusal ends the story. */
async function tell(agent: Agent, url: string, called: Called): Promise<string[]> {
  const words: string[] = [];
  for (const [minute, word] of story.entries()) {
    const sent = performance.now();
    const status = await post(agent, url, body(word, minute));
    const took = performance.now() - sent;
    called.statuses[status] = (called.statuses[status] ?? 0) + 1;
    if (status !== 200) {
      called.refused.push(took);
      break;
    }
    called.took.push(took);
    words.push(word);
  }
  return words;
}

let events = 0;

function body(status: string, minute: number): string {
  events += 1;
  const updated_at = new Date(Date.UTC(2026, 10, 20, 12, minute)).toISOString();
  return JSON.stringify({ event_id: `e-${events}`, session: { session_id: 's-1', status, updated_at } });
}

const post = (agent: Agent, url: string, body: string): Promise<number> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
