import { randomUUID } from 'node:crypto';

/** Milliseconds since 1970 in base 36: nine characters until the year 5188, so that incarnations sort by time. */
const timeOf = (at: Date) => at.getTime().toString(36).padStart(9, '0');

/**
 * Names one life of an item: a payment id that comes back after its item was deleted or restored has another
 * incarnation, and a later one sorts after an earlier one. Thirteen characters, such as `0mih8x2k4a1f3`.
 */
export const newIncarnation = (at: Date): string => timeOf(at) + randomUUID().slice(0, 4);

/** True for an incarnation that was made before `time`, and for the `0` of an item without any. */
export const isOlderThan = (incarnation: string, time: Date): boolean => incarnation < timeOf(time);
