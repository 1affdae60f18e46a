import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** The message of the parent process. Each caller posts one callback after the other until the time is over. */
export type CallersJob = { callers: number; seconds: number; payments: { name: string; url: string }[] };

/** The words of one payment that were answered 200, in order. */
export type AnsweredWords = { name: string; words: string[] };

export type CallersResult = {
  seconds: number;
  /** Milliseconds until an answer 200, and until any other answer. */
  took: number[];
  refused: number[];
  /** How often each status was answered; 0 is no answer. */
  statuses: Record<number, number>;
  payments: AnsweredWords[];
};

/** The shopper arrives, fails, arrives again and cancels: each callback makes a change. */
const story = ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS', 'CANCELLED'];

/** A caller's pause after a refusal, milliseconds. Klarna's pauses are longer. */
const refusalPause = 250;

process.once('message', async (job: CallersJob) => {
  process.send?.(await call(job), () => process.exit());
});

/** Each caller takes the next payment and posts its callbacks. */
async function call({ callers, seconds, payments }: CallersJob): Promise<CallersResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const result: CallersResult = { seconds, took: [], refused: [], statuses: {}, payments: [] };
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > seconds * 1000;
  const caller = async () => {
    for (let payment = payments.pop(); payment && !isOver(); payment = payments.pop()) {
      const words = await postStory(agent, payment.url, result);
      result.payments.push({ name: payment.name, words });
      if (words.length < story.length) await setTimeout(refusalPause);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { ...result, seconds: (performance.now() - startedAt) / 1000 };
}

/** Posts the callbacks of one payment until one is refused; the words that were answered 200. */
async function postStory(agent: Agent, url: string, result: CallersResult): Promise<string[]> {
  const words: string[] = [];
  for (const [minute, word] of story.entries()) {
    const sent = performance.now();
    const status = await post(agent, url, body(word, minute));
    const took = performance.now() - sent;
    result.statuses[status] = (result.statuses[status] ?? 0) + 1;
    if (status !== 200) {
      result.refused.push(took);
      break;
    }
    result.took.push(took);
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
