/** What happened, for a person to read: who, what, and of which payment if of one. */
export type Story = {
  tell: (who: Teller, says: string, payment?: string | undefined) => void;
  lines: () => readonly Line[];
};
export type Teller = 'shopper' | 'merchant' | 'Klarna' | 'fault' | 'relay';
export type Line = { at: number; who: Teller; says: string; payment?: string | undefined };

export function story({ now }: { now: () => number }): Story {
  const lines: Line[] = [];
  return {
    tell: (who, says, payment) => lines.push({ at: now(), who, says, payment }),
    lines: () => lines,
  };
}

export type Broken = { invariant: string; says: string; payment?: string | undefined };

/** The story of the payments that broke something, and what broke; times since the beginning of the run. */
export function told({
  seed,
  began,
  lines,
  broken,
}: {
  seed: number;
  began: number;
  lines: readonly Line[];
  broken: Broken[];
}) {
  const concerned = new Set(broken.flatMap(({ payment }) => payment ?? []));
  const fits = ({ payment, says }: Line) =>
    payment ? concerned.size === 0 || concerned.has(payment) : global.test(says);
  const named = nameless(lines);
  return [
    `seed ${seed}`,
    ...lines.filter(fits).map(({ at, who, says }) => `  ${clockOf(at - began)}  ${who.padEnd(8)}  ${named(says)}`),
    ...broken.map(({ invariant, says }) => `  broken: ${invariant}: ${named(says)}`),
  ].join('\n');
}

/** What befell everybody; other trouble of no payment in particular is left out. */
const global =
  /^(receiver down|Klarna down|DynamoDB down|bus down|key rotated|clock skew|outbox replayed|wake-ups dropped)/;

/** Payments are called P1, P2 … where people read of them. */
function nameless(lines: readonly Line[]) {
  const names = [...new Set(lines.flatMap(({ payment }) => payment ?? []))];
  return (text: string) => names.reduce((short, name, at) => short.replaceAll(name, `P${at + 1}`), text);
}

function clockOf(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const time = new Date(ms % 86_400_000).toISOString().slice(11, 23);
  return days > 0 ? `${days}d ${time}` : time;
}
