import type { PortalMove } from '../../../emulator/control/portal.ts';
import { KlarnaProblem } from '../../../emulator/problem.ts';
import type { RiskDecision } from '../../../emulator/shopper/risk.ts';
import type { EmulatedOrder } from '../../../emulator/state.ts';
import type { KlarnaFaultKind } from '../trouble/klarna-fault-kinds.ts';
import type { World } from '../world.ts';
import { ordersOf } from './orders.ts';

const minute = 60_000;
const hour = 60 * minute;

type Event = {
  kind: KlarnaFaultKind;
  happensTo: (order: EmulatedOrder) => boolean;
  act: (world: World, order: EmulatedOrder, payment: string) => void;
};

const hasEnded = ({ status, fraud_status }: EmulatedOrder) =>
  status === 'CANCELLED' || status === 'EXPIRED' || fraud_status === 'REJECTED';
const isCaptured = ({ captured_amount, refunded_amount }: EmulatedOrder) => captured_amount > refunded_amount;

/** What happens to an order at Klarna behind the relay's back, hours to days after it was placed. */
const events: Event[] = [
  { kind: 'decision after an end', happensTo: hasEnded, act: (...of) => decide(...of, ['accept', 'accept', 'reject']) },
  { kind: 'risk stop after capture', happensTo: isCaptured, act: (...of) => decide(...of, ['stop']) },
  {
    kind: 'rejected order captured',
    happensTo: ({ fraud_status, remaining_authorized_amount }) =>
      fraud_status === 'REJECTED' && remaining_authorized_amount > 0,
    act: (...of) => move(...of, 'capture'),
  },
  {
    kind: 'portal move',
    happensTo: () => true,
    act: (world, ...of) =>
      move(world, ...of, world.chance.pick(['capture', 'capture', 'refund', 'refund', 'cancel', 'release', 'extend'])),
  },
];

export async function afterwards(world: World, payment: string): Promise<void> {
  for (const event of events) await mayHappen(world, payment, event);
}

async function mayHappen(world: World, payment: string, { kind, happensTo, act }: Event): Promise<void> {
  const { clock, chance, faults } = world;
  const concerned = () => ordersOf(world, payment).filter(happensTo);
  if (concerned().length === 0 || !faults.strikes(kind, payment, payment)) return;
  await clock.sleep(chance.happens(0.6) ? chance.between(minute, 5 * hour) : chance.between(5 * hour, 40 * hour));
  for (const order of concerned()) act(world, order, payment);
}

type Decisions = [RiskDecision, ...RiskDecision[]];

function decide(world: World, { order_id }: EmulatedOrder, payment: string, among: Decisions): void {
  const decision = world.chance.pick(among);
  world.transcript.add('Klarna', `risk team: ${decision} for ${payment}`, payment);
  world.surroundings.klarna.core.controls.risk(order_id, decision);
}

function move(world: World, order: EmulatedOrder, payment: string, kind: PortalMove): void {
  const { chance, transcript, surroundings } = world;
  const left = kind === 'capture' ? order.remaining_authorized_amount : order.captured_amount - order.refunded_amount;
  const amount = chance.happens(0.4) ? left : Math.min(left, chance.between(1, 40) * 100);
  transcript.add('merchant', `${kind} of ${amount} for ${payment} in Klarna's portal`, payment);
  try {
    surroundings.klarna.core.controls.portal(order.order_id, kind, amount);
  } catch (error) {
    if (!(error instanceof KlarnaProblem)) throw error;
    transcript.add('Klarna', `refuses it: ${error.message}`, payment);
  }
}
