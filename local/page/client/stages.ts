import { h } from './dom.ts';

const usualStages = ['created', 'in_progress', 'authorized', 'ordered', 'captured', 'refunded'];
/** Stages that only some payments pass, each with the stage before it. */
const stageBefore: Record<string, string> = {
  pending: 'authorized',
  part_captured: 'ordered',
  part_refunded: 'captured',
};
const failures = ['cancelled', 'rejected', 'expired', 'disabled'];

function stagesTo(stage: string): string[] {
  if (failures.includes(stage)) return ['created', 'in_progress', stage];
  const index = usualStages.indexOf(stageBefore[stage] ?? stage);
  return usualStages.includes(stage) ? usualStages : usualStages.toSpliced(index + 1, 0, stage);
}

const labelOf = (stage: string) => stage.replaceAll('_', ' ');

export const toneOf = (stage: string): 'open' | 'good' | 'bad' | 'wait' => {
  if (failures.includes(stage)) return 'bad';
  if (stage === 'pending' || stage === 'authorized') return 'wait';
  return stage === 'created' || stage === 'in_progress' ? 'open' : 'good';
};

export const badge = (stage: string) => h('span', { class: `badge ${toneOf(stage)}` }, labelOf(stage));

/** The stages of a payment, the current one marked. */
export function track(stage: string): HTMLElement {
  const stages = stagesTo(stage);
  const current = stages.indexOf(stage);
  const item = (name: string, index: number) =>
    h(
      'li',
      { class: index < current ? 'done' : undefined, 'aria-current': index === current ? 'step' : undefined },
      labelOf(name),
    );
  return h('ol', { class: `track ${toneOf(stage)}`, 'aria-label': 'Stage' }, ...stages.map(item));
}
