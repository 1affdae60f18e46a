import { find } from './dom.ts';

/** The clock of the local run, which may be ahead of this machine's, and the buttons that move it forward. */
export function startClock(onTick: (now: Date) => void) {
  const shown = find('#now', HTMLTimeElement);
  const note = find('#note', HTMLElement);
  let ahead = 0;
  const tick = () => {
    const now = new Date(Date.now() + ahead);
    shown.dateTime = now.toISOString();
    shown.textContent = `${day(now)} ${clockTime(now)}`;
    onTick(now);
  };
  setInterval(tick, 1000);
  for (const button of document.querySelectorAll<HTMLButtonElement>('.clock button'))
    button.addEventListener('click', async () => {
      note.textContent = `${button.textContent}: running the due tasks …`;
      const body = JSON.stringify({ forward_ms: Number(button.value) });
      const response = await fetch('/local/clock', { method: 'POST', body });
      note.textContent = response.ok ? `${button.textContent}: done.` : 'The clock could not be moved.';
    });
  return {
    set: (now: string) => {
      ahead = Date.parse(now) - Date.now();
      tick();
    },
  };
}

const twoDigits = (number: number) => String(number).padStart(2, '0');
export const clockTime = (at: Date) => [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':');
export const day = (at: Date) => at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });

/** 75 s → 1 min 15 s; longer times in their two largest units. */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts: [count: number, unit: string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** The time left until something is due. */
export function dueIn(at: string, now: Date): string {
  const left = Date.parse(at) - now.getTime();
  return left > 500 ? `in ${span(left)}` : 'now';
}
