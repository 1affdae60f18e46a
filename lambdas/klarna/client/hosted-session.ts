import * as z from 'zod/mini';
import { id, time, token, word } from '../../json.ts';

/** A session of the hosted payment page, as its status callback and "Read session" describe it. */
export const hostedSession = z.object({
  session_id: id,
  status: word,
  updated_at: time,
  expires_at: time,
  authorization_token: token,
  order_id: id,
  klarna_reference: id,
});

export type HostedSession = z.infer<typeof hostedSession>;
