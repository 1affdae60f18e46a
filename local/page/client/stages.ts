import { h } from './dom.ts';

const road = ['created', 'in_progress', 'authorized', 'ordered', 'captured', 'refunded'];
/** Stages that not every payment passes, and where they stand. */
const after: Record<string, string> = { pending: 'authorized', part_captured: 'ordered', part_refunded: 'captured' };
const ends = ['cancelled', 'rejected', 'expired', 'disabled'];

function stepsTo(stage: string): string[] {
  if (ends.includes(stage)) return ['created', 'in_progress', stage];
  const at = road.indexOf(after[stage] ?? stage);
  return road.includes(stage) ? road : road.toSpliced(at + 1, 0, stage);
}

export const words = (stage: string) => stage.replaceAll('_', ' ');

export const toneOf = (stage: string): 'open' | 'good' | 'bad' | 'wait' => {
  if (ends.includes(stage)) return 'bad';
  if (stage === 'pending' || stage === 'authorized') return 'wait';
  return stage === 'created' || stage === 'in_progress' ? 'open' : 'good';
};

export const badge = (stage: string) => h('span', { class: `badge ${toneOf(stage)}` }, words(stage));

/** How far a payment got on its road, its present stage marked. */
export function track(stage: string): HTMLElement {
  const steps = stepsTo(stage);
  const here = steps.indexOf(stage);
  const step = (name: string, index: number) =>
    h(
      'li',
      { class: index < here ? 'done' : undefined, 'aria-current': index === here ? 'step' : undefined },
      words(name),
    );
  return h('ol', { class: `track ${toneOf(stage)}`, 'aria-label': 'Stage' }, ...steps.map(step));
}
