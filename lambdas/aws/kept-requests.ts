import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PaymentId } from '../payment/payment-id.ts';
import { sealBytes } from './seal.ts';
import type { Open } from './unseal.ts';

type RequestKey = { payment: PaymentId; id: string };
type Table = { db: DynamoDBDocumentClient; table: string };

/** A session lives 48 hours and its token one more: a request that was not sent by then is never sent. Seconds. */
const lifetime = 4 * 24 * 3600;

/** DynamoDB's limit for an item, less what the key and the names of the attributes need; bytes. */
const largest = 400 * 1024 - 1024;

/**
 * Keeps a request, sealed, that may have to be sent to Klarna again: lines, addresses, amounts. DynamoDB deletes it
 * after four days unless it was deleted before. One that is too large for an item, compressed and sealed, is not kept.
 */
export const requestKeeper =
  ({ db, table: TableName, key, now }: Table & { key: KeyObject; now: () => Date }) =>
  async ({ payment, id, body }: RequestKey & { body: object }): Promise<'kept' | 'too large'> => {
    const bytes = await promisify(gzip)(JSON.stringify(body));
    const sealed = await sealBytes(key, { payment, bytes });
    if (sealed.length > largest) return 'too large';
    const expiresAt = Math.floor(now().getTime() / 1000) + lifetime;
    await db.send(new PutCommand({ TableName, Item: { ...keyOf({ payment, id }), sealed, expiresAt } }));
    return 'kept';
  };

/** Opens a kept request; undefined when it was deleted. The caller parses it: another version may have written it. */
export const requestOpener =
  ({ db, table: TableName, open }: Table & { open: Open }) =>
  async ({ payment, id }: RequestKey): Promise<unknown> => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: keyOf({ payment, id }), ConsistentRead: true }));
    if (!Item) return undefined;
    const bytes = await promisify(gunzip)(await open({ payment, sealed: String(Item.sealed) }));
    return JSON.parse(bytes.toString());
  };

/** Deletes a request that was sent. */
export const requestDeleter =
  ({ db, table: TableName }: Table) =>
  async (key: RequestKey): Promise<void> => {
    await db.send(new DeleteCommand({ TableName, Key: keyOf(key) }));
  };

const keyOf = ({ payment, id }: RequestKey) => ({ id: `${payment}/${id}` });
