import type { TimelineMessage } from '../../timeline/entry.ts';

/** A page of the timeline: draws the messages of the local run and follows its clock. */
export type View = { receive: (message: TimelineMessage) => void; tick: (now: Date) => void };
