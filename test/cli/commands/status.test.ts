import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { CommandFailure } from '../../../cli/command-failure.ts';
import { status } from '../../../cli/commands/status.ts';
import { trigger } from '../../../cli/commands/trigger.ts';
import { Misuse } from '../../../cli/misuse.ts';
import { columns } from '../../../cli/wrap.ts';
import { close, listen } from '../../../local/gateway/listen.ts';
import { startLocalRun } from '../local-run.ts';

describe('at a local run', () => {
  const local = startLocalRun();

  test('it shows the stage, the money and every change of a payment', async () => {
    const [{ payments }] = JSON.parse(await local.run(trigger, ['two-steps', '--json']));
    const text = await local.run(status, [payments.at(-1)]);
    expect(text).toMatch(/^payment +\S+\nstage +captured\nflow +authorize\nsession +COMPLETED, final\n/);
    expect(text).toContain('captured_amount 10000');
    expect(text).toMatch(/Payment Stage Changed #6 SUCCESS SUCCESS\/SUCCEEDED ordered → captured\n$/);
    expect(JSON.parse(await local.run(status, [payments.at(-1), '--json']))).toMatchObject({ stage: 'captured' });
  });

  test('an unknown payment is a failure', async () => {
    const error = await local.failureOf(status, ['missing-1']);
    expect(error).toBeInstanceOf(CommandFailure);
    expect(error.message).toMatch(/^payment missing-1 is unknown at http/);
  });

  test.each([[[]], [['a/b']], [['a', 'b']]])('%j is refused by name', async (args: string[]) => {
    expect(await local.failureOf(status, args)).toBeInstanceOf(Misuse);
  });
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
