import { randomUUID } from 'node:crypto';

const arrival = Date.now() - 30 * 60_000;

/** A time on Klarna's clock. In minute 0, half an hour before the test, the shopper arrives. */
export const klarnaTime = (minute: number): string => new Date(arrival + minute * 60_000).toISOString();

/** A `status_update` as Klarna sends it; every call is a new event. */
export const statusUpdateBody = (status: string, minute: number, more: object = {}) => ({
  event_id: randomUUID(),
  session: {
    session_id: '35bde117-ce5f-774f-9bcb-ec514a0963ad',
    status,
    updated_at: klarnaTime(minute),
    expires_at: klarnaTime(47 * 60),
    ...more,
  },
});

/** An `authorization` callback of Klarna Payments. */
export const authorizationCallbackBody = (authorization_token: string) => ({
  authorization_token,
  session_id: 'e4b81ca2-0aae-4c16-bcb2-29a0a088a35b',
});
