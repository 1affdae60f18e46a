import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { status } from '../../../cli/commands/status.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { columns } from '../../../cli/wrap.ts';
import { close, listen } from '../../../local/gateway/listen.ts';

test.each([[[]], [['a/b']], [['a', 'b']]])('%j is refused by name', async (args: string[]) => {
  await expect(status(args, { PORT: '1' })).rejects.toBeInstanceOf(Misuse);
});

describe('of a payment that needs attention', () => {
  const change = {
    paymentId: 'order-1',
    pspStatus: 'WAITING',
    state: 'WAITING',
    code: 'SUCCEEDED',
    final: false,
    stage: { from: 'part_captured', to: 'part_captured' },
  };
  const payment = {
    payment: 'order-1',
    stage: 'part_captured',
    money: { status: 'PART_CAPTURED', order_amount: 10_000, captured_amount: 4000, remaining_authorized_amount: 6000 },
    references: { order_id: '3f5b6f1c-3a0c-4a0e-9d0e-9d7c5f1b2a3d' },
    conflicts: [{ source: 'push', word: 'FAILED', observed_at: '2026-11-22T10:00:00.000Z' }],
    changes: [{ ...change, sequence: 7, attention: { reason: 'capture_deadline' } }],
    next_task: { kind: 'order read', due_at: '2026-11-22T11:00:00.000Z' },
  };
  const localRun = { klarna_url: '', aws_url: '', now: '', resources: [] };

  /** What the command prints where GET /payments/order-1 answers with this. */
  const text = async (body: object) => {
    const server = createServer((request, response) =>
      response.end(JSON.stringify(request.url === '/local/run' ? localRun : body)),
    );
    const { port } = new URL(await listen(server));
    return status(['order-1'], { PORT: port }).finally(() => close(server));
  };

  test('the change is a Payment Attention Needed', async () => {
    expect(await text(payment)).toMatch(
      /^Payment Attention Needed #7 WAITING WAITING\/SUCCEEDED\n +capture_deadline,/m,
    );
  });

  test('conflicts and the next task are shown', async () => {
    expect(await text(payment)).toMatch(/\nconflicts +FAILED\nnext task +order read at 2026-11-22T11:00:00.000Z\n/);
    expect(await text({ ...payment, next_task: undefined })).toMatch(/\nnext task +none\n/);
  });

  test('every line fits a terminal, and no amount is parted from its name', async () => {
    const lines = (await text(payment)).split('\n');
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.join('\n')).toContain('remaining_authorized_amount 6000');
  });
});
