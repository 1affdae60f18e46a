import crypto, { createCipheriv, createSecretKey, KeyObject, publicEncrypt, type webcrypto } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import zlib, { gunzipSync, gzipSync } from 'node:zlib';
import type { RunContext } from './run-context.ts';

type TimeAndChance = Pick<RunContext, 'clock' | 'chance'>;

/** The run that this thread plays now. A thread plays one run at a time. */
let current: TimeAndChance | undefined;

const run = () => {
  if (!current) throw new Error('no run has been entered');
  return current;
};

export const enterRun = (timeAndChance: TimeAndChance) => {
  current = timeAndChance;
};

/**
 * Isolates this thread, for good, from real time, real chance and other threads. Code that reads the time, pauses, draws a random
 * number or makes a UUID gets those of the run, and a plain timer throws, since a run cannot steer it. Compression and encryption,
 * which Node moves to other threads, run at once with the same algorithms: the order of events depends on the seed alone.
 */
export function isolateThread(): void {
  timers.setTimeout = pause;
  crypto.randomUUID = () => run().chance.uuid();
  Object.assign(zlib, {
    gzip: (bytes: string, done: (error: null, zipped: Buffer) => void) => done(null, gzipSync(bytes, { level: 1 })),
    gunzip: (bytes: Buffer, done: (error: null, text: Buffer) => void) => done(null, gunzipSync(bytes)),
  });
  syncBuiltinESMExports();
  AbortSignal.timeout = () => new AbortController().signal;
  Object.assign(globalThis.crypto.subtle, { importKey, encrypt });
  Math.random = () => run().chance.next();
  Date.now = () => run().clock.now();
  globalThis.Date = new Proxy(Date, {
    construct: (real, given, as) => Reflect.construct(real, given.length === 0 ? [real.now()] : given, as),
  });
  const forbidden = () => {
    throw new Error('a simulation must not set a real timer');
  };
  Object.assign(globalThis, { setTimeout: forbidden, setInterval: forbidden });
  console.error = () => undefined; // the sample of a subscriber logs each event that it cannot handle
}

function pause<Value>(ms = 1, value?: Value, { signal }: { signal?: AbortSignal } = {}): Promise<Value> {
  return new Promise((resolve, reject) => {
    const { clock } = run();
    const cancel = clock.at(clock.now() + ms, () => resolve(value as Value));
    signal?.addEventListener('abort', () => {
      cancel();
      reject(signal.reason);
    });
  });
}

type Key = webcrypto.CryptoKey;
type Use = webcrypto.KeyUsage;

const importKey = async (__: 'raw', raw: Uint8Array, how: { name: string }, _: boolean, uses: Use[]) =>
  createSecretKey(raw).toCryptoKey(how.name, true, uses);

type Gcm = { name: string; iv: Uint8Array; additionalData: Uint8Array };

/** The part of WebCrypto that jose uses, without its threads. */
async function encrypt(how: Gcm | 'RSA-OAEP', given: Key, bytes: Uint8Array): Promise<Uint8Array> {
  const key = KeyObject.from(given);
  if (how === 'RSA-OAEP') return publicEncrypt({ key, oaepHash: 'sha256' }, bytes);
  const cipher = createCipheriv('aes-256-gcm', key, how.iv).setAAD(how.additionalData);
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}
