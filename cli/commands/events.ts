import type { BusEvent } from '../../local/cloud/bus.ts';
import { paymentOf } from '../../stories/change-cells.ts';
import { localTarget } from '../../stories/local-target.ts';
import { timeline } from '../../local/terminal-timeline.ts';
import { type Environment, nobody, type Terminal } from '../command.ts';
import { Misuse } from '../misuse.ts';
import { localRunOf } from '../relay-address.ts';
import { flag, text, wordsOf } from '../arguments.ts';

const usage = `klarna-relay events [--payment ID] [--past] [--json]

Follows the stream of changes that the local run at 127.0.0.1:4600 (or PORT) publishes, from its first event on, until Ctrl-C.

  --payment ID  the changes of this payment alone
  --past        what has been published so far, then end
  --json        whole EventBridge events, one in a line

A deployment publishes on EventBridge, where nobody can listen without a rule: docs/events.md shows how to subscribe, and
klarna-relay status shows the changes of one payment.

Examples
  klarna-relay events --payment order-1001
  klarna-relay events --past --json | jq .detail.pspStatus
`;

/** Shows what the local run publishes. */
export async function events(words: string[], env: Environment, terminal: Terminal = nobody()): Promise<string> {
  const { values, positionals } = wordsOf(words, { payment: text, past: flag });
  if (values.help) return usage;
  if (positionals.length > 0) throw new Misuse(`${positionals[0]}: --payment ID follows one payment`);
  const { local } = await localTarget(localRunOf(env));
  const { published } = timeline(terminal);
  const show = (event: BusEvent) => {
    if (values.payment && paymentOf(event) !== values.payment) return;
    if (values.json) terminal.print(JSON.stringify(event));
    else published(event, paymentOf(event));
  };
  if (values.past) for (const event of await local.events()) show(event);
  else await local.listen(show, terminal.stopped);
  return '';
}
