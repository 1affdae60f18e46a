import { apply, init, type Outcome } from '../../../pop-in/pop-in.ts';
import { lamp, priceOf } from '../product.ts';
import { found, h } from './dom.ts';

type Made = { payment: string; redirect_url: string; status_url: string };

const form = found('#order', HTMLFormElement);
const buy = found('#buy', HTMLButtonElement);
const result = found('#result', HTMLElement);
const total = found('#total', HTMLOutputElement);

/** Kept while it can still be paid: a shopper who was declined tries the same payment again. */
let open: { made: Made; wish: string } | undefined;

const chosen = (name: string) => String(new FormData(form).get(name));

form.addEventListener('change', () => {
  const price = chosen('flow') === 'tokenize' ? 0 : lamp.price * Number(chosen('quantity'));
  total.value = priceOf(price);
  init({ mode: chosen('mode') === 'popup' ? 'popup' : 'overlay' });
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (buy.ariaBusy === 'true') return; // not disabled: it would lose the focus that it gets back afterwards
  buy.ariaBusy = 'true';
  try {
    const made = await payment();
    const outcome = await apply({ redirectUrl: made.redirect_url, statusUrl: made.status_url });
    if (outcome.settled) open = undefined;
    show(outcome, made.payment);
  } catch (error) {
    result.replaceChildren(note('bad', 'No payment could be made.', error instanceof Error ? error.message : ''));
  }
  buy.ariaBusy = 'false';
});

async function payment(): Promise<Made> {
  const wish = JSON.stringify({ quantity: Number(chosen('quantity')), flow: chosen('flow') });
  if (open?.wish === wish) return open.made;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/shop/payments', { method: 'POST', headers, body: wish });
  if (!response.ok) throw new Error(`The relay answered ${response.status}.`);
  open = { made: await response.json(), wish };
  return open.made;
}

function show(outcome: Outcome, name: string): void {
  const [tone, title, text] = words(outcome);
  const link = h('a', { href: `/timeline/${name}` }, 'See what happened, step by step');
  result.replaceChildren(note(tone, title, text, link));
}

const note = (tone: string, title: string, ...text: (Node | string)[]) =>
  h('div', { class: `note-${tone}` }, h('b', {}, title), ...text.map((each) => h('span', {}, each)));

/** What a shopper is told: settled or not, and if not, what to do. */
function words({ status, settled, session, ended }: Outcome): [tone: string, title: string, text: string] {
  if (settled && status === 'failed') return ['bad', 'Not paid.', 'The payment has ended. You can start another one.'];
  if (settled) return ['good', 'Thank you!', 'Your lamp is paid for and on its way.'];
  if (status === 'pending')
    return ['wait', 'Thank you.', 'Klarna is checking your order. We write to you as soon as it is decided.'];
  if (ended === 'closed')
    return ['wait', 'Nothing has been paid.', 'Your lamp is still here; go on whenever you like.'];
  if (ended === 'waited')
    return ['wait', 'Almost there.', 'Klarna has not confirmed yet. We write to you as soon as it does.'];
  if (session === 'FAILED') return ['bad', 'Klarna has declined.', 'You can try again, perhaps another way to pay.'];
  if (session === 'ERROR')
    return ['bad', 'Something went wrong at Klarna.', 'Nothing has been paid. You can try again.'];
  return ['wait', 'Nothing has been paid.', 'You went back; go on whenever you like.'];
}

init();
