import crypto, { createCipheriv, createSecretKey, KeyObject, publicEncrypt, type webcrypto } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import zlib, { gunzipSync, gzipSync } from 'node:zlib';
import type { Chance } from './chance.ts';
import type { Clock } from './clock.ts';

/** The run that this thread is in: its time and its chance. One at a time. */
let inside: { clock: Clock; chance: Chance } | undefined;

const run = () => {
  if (!inside) throw new Error('outside of a run');
  return inside;
};

export const enter = (clock: Clock, chance: Chance) => {
  inside = { clock, chance };
};

/**
 * Shuts a thread off from real time, real chance and other threads, for good: whatever asks for the time, a pause, chance or
 * a UUID gets the run's, and who sets a timer that nobody can steer is told so. Compressing and encrypting, which Node gives
 * to other threads, is done at once by the same algorithms, so that the order of events hangs on nothing but the seed.
 */
export function sealOff(): void {
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
    throw new Error('a real timer in a simulation');
  };
  Object.assign(globalThis, { setTimeout: forbidden, setInterval: forbidden });
}

function pause<Value>(ms = 1, value?: Value, { signal }: { signal?: AbortSignal } = {}): Promise<Value> {
  return new Promise((resolve, reject) => {
    const { clock } = run();
    const takeBack = clock.at(clock.now() + ms, () => resolve(value as Value));
    signal?.addEventListener('abort', () => {
      takeBack();
      reject(signal.reason);
    });
  });
}

type Key = webcrypto.CryptoKey;
type Use = webcrypto.KeyUsage;

const importKey = async (__: 'raw', raw: Uint8Array, how: { name: string }, _: boolean, uses: Use[]) =>
  createSecretKey(raw).toCryptoKey(how.name, true, uses);

type Gcm = { name: string; iv: Uint8Array; additionalData: Uint8Array };

/** What jose asks of WebCrypto, without its threads. */
async function encrypt(how: Gcm | 'RSA-OAEP', given: Key, bytes: Uint8Array): Promise<Uint8Array> {
  const key = KeyObject.from(given);
  if (how === 'RSA-OAEP') return publicEncrypt({ key, oaepHash: 'sha256' }, bytes);
  const cipher = createCipheriv('aes-256-gcm', key, how.iv).setAAD(how.additionalData);
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}
