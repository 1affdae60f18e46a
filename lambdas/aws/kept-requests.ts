import type { PaymentId } from '../payment/payment-id.ts';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

import type { Open } from './unseal.ts';
import { sealBytes } from './seal.ts';

type Kept = { payment: PaymentId; id: string };
type Table = { db: DynamoDBDocumentClient; table: string };

/** A session lives 48 hours and its token one more: what was not sent by then is never sent. Seconds. */
const life = 4 * 24 * 3600;

/**
 * Keeps, sealed, what must be sent to Klarna once more: lines, addresses, amounts. It is written again as often as it is asked
 * again, and DynamoDB forgets it after four days if nobody does before.
 * @throws when it is over 400 KB sealed, DynamoDB's limit for an item
 */
export const requestKeeper =
  ({ db, table: TableName, key, now }: Table & { key: KeyObject; now: () => Date }) =>
  async ({ payment, id, body }: Kept & { body: object }): Promise<void> => {
    const bytes = await promisify(gzip)(JSON.stringify(body));
    const sealed = await sealBytes(key, { payment, bytes });
    const expiresAt = Math.floor(now().getTime() / 1000) + life;
    await db.send(new PutCommand({ TableName, Item: { ...keyOf({ payment, id }), sealed, expiresAt } }));
  };

/** Opens what was kept; undefined when it was forgotten. Parsed when it was accepted, so it is trusted as it is. */
export const requestOpener =
  ({ db, table: TableName, open }: Table & { open: Open }) =>
  async ({ payment, id }: Kept): Promise<unknown> => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: keyOf({ payment, id }), ConsistentRead: true }));
    if (!Item) return undefined;
    const bytes = await promisify(gunzip)(await open({ payment, sealed: String(Item.sealed) }));
    return JSON.parse(bytes.toString());
  };

/** Forgets what has been sent. */
export const requestForgetter =
  ({ db, table: TableName }: Table) =>
  async (kept: Kept): Promise<void> => {
    await db.send(new DeleteCommand({ TableName, Key: keyOf(kept) }));
  };

const keyOf = ({ payment, id }: Kept) => ({ id: `${payment}/${id}` });
