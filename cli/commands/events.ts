import { terminalTimeline } from '../../local/terminal-timeline.ts';
import type { BusEvent } from '../../stories/bus-event.ts';
import { changedPayment } from '../../stories/change-row.ts';
import { localTarget } from '../../stories/local-target.ts';
import { flagOption, parseOptions, textOption } from '../arguments.ts';
import { type Environment, silentTerminal, type Terminal } from '../command.ts';
import { Misuse } from '../misuse.ts';
import { localRunUrl } from '../relay-address.ts';

const usage = `klarna-relay events [options]

Follows the changes that the local run at 127.0.0.1:4600 (or PORT) publishes,
from its first one on, until Ctrl-C.

Options
  --payment ID  only the changes of this payment
  --past        print what has been published so far, then end
  --json        print whole EventBridge events, one per line

A deployment publishes on EventBridge, which only rules can read:
docs/events.md shows how to subscribe. "klarna-relay status" shows the changes
of one payment.

Exit code: 0 ended, 1 the local run does not answer or has ended, 2 misuse.

Examples
  klarna-relay events --payment order-1001
  klarna-relay events --past --json | jq .detail.pspStatus
`;

export async function events(args: string[], env: Environment, terminal: Terminal = silentTerminal()): Promise<string> {
  const { values, positionals } = parseOptions(args, { payment: textOption, past: flagOption });
  if (values.help) return usage;
  if (positionals.length > 0) throw new Misuse(`${positionals[0]}: name the payment with --payment ID`);
  const { local } = await localTarget(localRunUrl(env));
  const { showChange } = terminalTimeline(terminal);
  const show = (event: BusEvent) => {
    if (values.payment && changedPayment(event) !== values.payment) return;
    if (values.json) terminal.print(JSON.stringify(event));
    else showChange(event, changedPayment(event));
  };
  if (values.past) for (const event of await local.events()) show(event);
  else await local.listen(show, terminal.stopped);
  return '';
}
