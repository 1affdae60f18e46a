import { apply, init, type PopInResult } from '../../../pop-in/pop-in.ts';
import { lamp, priceOf } from '../product.ts';
import { find, h } from './dom.ts';

type CreatedPayment = { payment: string; redirect_url: string; status_url: string };

const form = find('#order', HTMLFormElement);
const buy = find('#buy', HTMLButtonElement);
const result = find('#result', HTMLElement);
const total = find('#total', HTMLOutputElement);

/** Kept while it can still be paid: after a decline the shopper tries the same payment again. */
let open: { created: CreatedPayment; order: string } | undefined;

const choice = (name: string) => String(new FormData(form).get(name));

form.addEventListener('change', () => {
  const price = choice('flow') === 'tokenize' ? 0 : lamp.price * Number(choice('quantity'));
  total.value = priceOf(price);
  init({ mode: choice('mode') === 'popup' ? 'popup' : 'overlay' });
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (buy.ariaBusy === 'true') return; // a disabled button could not get the focus back
  buy.ariaBusy = 'true';
  try {
    const created = await openPayment();
    const outcome = await apply({ redirectUrl: created.redirect_url, statusUrl: created.status_url });
    if (outcome.decided) open = undefined;
    show(outcome, created.payment);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    result.replaceChildren(note('bad', 'The payment could not be created.', reason));
  }
  buy.ariaBusy = 'false';
});

/** The payment that is still open for this order, or a new one. */
async function openPayment(): Promise<CreatedPayment> {
  const order = JSON.stringify({ quantity: Number(choice('quantity')), flow: choice('flow') });
  if (open?.order === order) return open.created;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch('/shop/payments', { method: 'POST', headers, body: order });
  if (!response.ok) throw new Error(`The relay answered ${response.status}.`);
  open = { created: await response.json(), order };
  return open.created;
}

function show(outcome: PopInResult, payment: string): void {
  const [tone, title, text] = message(outcome);
  const link = h('a', { href: `/timeline/${payment}` }, 'See what happened, step by step');
  result.replaceChildren(note(tone, title, text, link));
}

const note = (tone: string, title: string, ...text: (Node | string)[]) =>
  h('div', { class: `note-${tone}` }, h('b', {}, title), ...text.map((each) => h('span', {}, each)));

/** The message to the shopper: the decision, or else the next step. */
function message({ status, decided, session, ended }: PopInResult): [tone: string, title: string, text: string] {
  if (decided && status === 'failed') return ['bad', 'Not paid.', 'This payment has ended. You can start a new one.'];
  if (decided) return ['good', 'Thank you!', 'Your lamp is paid for and on its way.'];
  if (status === 'pending')
    return ['wait', 'Thank you.', 'Klarna is checking your order. We will write to you as soon as it decides.'];
  if (ended === 'closed') return ['wait', 'Nothing has been paid.', 'You can try again whenever you like.'];
  if (ended === 'timed_out')
    return ['wait', 'Almost there.', 'Klarna has not confirmed yet. We will write to you as soon as it does.'];
  if (session === 'FAILED') return ['bad', 'Klarna has declined.', 'You can try again, or choose another way to pay.'];
  if (session === 'ERROR')
    return ['bad', 'Something went wrong at Klarna.', 'Nothing has been paid. You can try again.'];
  return ['wait', 'Nothing has been paid.', 'You came back early. You can try again whenever you like.'];
}

init();
