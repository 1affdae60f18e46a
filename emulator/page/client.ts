import { servers } from './choices.ts';

type Standing = { status: string; redirect_to?: string };

const told = document.querySelector<HTMLElement>('#standing');
const form = document.querySelector<HTMLFormElement>('#choices');
const session = told?.dataset.session ?? '';

async function post(path: string, body: object): Promise<Standing> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error_messages?.join(' ') ?? response.statusText);
  return answer;
}

const say = (text: string) => told?.replaceChildren(text);

/** What goes wrong is arranged before the shopper acts. */
async function arrange(wishes: FormData): Promise<void> {
  const next = servers[String(wishes.get('servers'))]?.answers ?? [];
  for (const [kind, does] of wishes)
    if (kind !== 'servers') await post('/control/callbacks', { kinds: [kind], session, does, ms: 10_000 });
  if (next.length > 0) await post('/control/answers', next);
}

async function act(does: string): Promise<void> {
  if (!form) return;
  lock(true);
  try {
    await arrange(new FormData(form));
    const { status, redirect_to } = await post(`/shopper/${session}`, { does });
    if (does === 'slow_bank') return await bank();
    if (redirect_to) return location.assign(redirect_to);
    say(notes[does] ?? `The session is ${status}.`);
    if (does === 'leave') return;
  } catch (error) {
    say(error instanceof Error ? error.message : 'It did not work.');
  }
  lock(false);
}

const notes: Record<string, string> = {
  leave: 'The shopper has gone. Klarna sends the browser nowhere; the session stays open until it ends by itself.',
  second_attempt: 'Declined. The shopper is still here and tries once more.',
  identity_check: 'An identity check is open. Approve passes it.',
};

/** Until the bank has answered. The shopper may as well close the page: the payment goes on without it. */
async function bank(): Promise<void> {
  say('The bank has not answered yet. It takes ten seconds, also when this page is closed.');
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const response = await fetch(`/shopper/${session}`, { headers: { accept: 'application/json' } });
    const { redirect_to }: Standing = await response.json();
    if (redirect_to) return location.assign(redirect_to);
  }
}

const lock = (busy: boolean) => {
  for (const button of form?.querySelectorAll('button') ?? []) button.disabled = busy;
};

const over = ['COMPLETED', 'CANCELLED', 'DISABLED'];

if (told && form) {
  form.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : undefined;
    if (button) void act(button.value);
  });
  const { status = '' } = told.dataset;
  if (over.includes(status)) {
    say(`This session is over: ${status}.`);
    form.hidden = true;
  } else {
    if (status !== 'WAITING' && status !== 'IN_PROGRESS')
      say(`The attempt before ended as ${status}. This is another one.`);
    void post(`/shopper/${session}`, { does: 'arrive' }).catch((error: Error) => say(error.message));
  }
}
