import { apiChoices } from './choices.ts';

type Progress = { status: string; redirect_to?: string };

const message = document.querySelector<HTMLElement>('#progress');
const form = document.querySelector<HTMLFormElement>('#choices');
const session = message?.dataset.session ?? '';

async function post(path: string, body: object): Promise<Progress> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error_messages?.join(' ') ?? response.statusText);
  return answer;
}

const show = (text: string) => message?.replaceChildren(text);

/** Arranges what goes wrong, before the shopper acts. */
async function arrange(chosen: FormData): Promise<void> {
  const answers = apiChoices[String(chosen.get('api'))]?.answers ?? [];
  for (const [kind, does] of chosen)
    if (kind !== 'api') await post('/control/callbacks', { kinds: [kind], session, does, ms: 10_000 });
  if (answers.length > 0) await post('/control/answers', answers);
}

async function act(behaviour: string): Promise<void> {
  if (!form) return;
  disableButtons(true);
  try {
    await arrange(new FormData(form));
    const { status, redirect_to } = await post(`/shopper/${session}`, { does: behaviour });
    if (behaviour === 'slow_bank') return await waitForBank();
    if (redirect_to) return location.assign(redirect_to);
    show(notes[behaviour] ?? `The session is ${status}.`);
    if (behaviour === 'leave') return;
  } catch (error) {
    show(error instanceof Error ? error.message : 'It did not work.');
  }
  disableButtons(false);
}

const notes: Record<string, string> = {
  leave: 'The shopper has gone. Klarna does not redirect the browser; the session stays open until it expires.',
  second_attempt: 'Declined. The shopper is still here and may try again.',
  identity_check: 'An identity check is open. Approve passes it.',
};

/** The payment does not need this page: it goes on if the shopper closes it. */
async function waitForBank(): Promise<void> {
  show('Waiting for the bank. It answers in ten seconds, even if you close this page.');
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const response = await fetch(`/shopper/${session}`, { headers: { accept: 'application/json' } });
    const { redirect_to }: Progress = await response.json();
    if (redirect_to) return location.assign(redirect_to);
  }
}

const disableButtons = (disabled: boolean) => {
  for (const button of form?.querySelectorAll('button') ?? []) button.disabled = disabled;
};

const finalStatuses = ['COMPLETED', 'CANCELLED', 'DISABLED'];

if (message && form) {
  form.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : undefined;
    if (button) void act(button.value);
  });
  const { status = '' } = message.dataset;
  if (finalStatuses.includes(status)) {
    show(`This session is over: ${status}.`);
    form.hidden = true;
  } else {
    if (status !== 'WAITING' && status !== 'IN_PROGRESS')
      show(`The previous attempt ended as ${status}. This is a new one.`);
    void post(`/shopper/${session}`, { does: 'arrive' }).catch((error: Error) => show(error.message));
  }
}
