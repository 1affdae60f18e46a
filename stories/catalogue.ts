import { customerTokenStories } from './catalogue/customer-tokens.ts';
import { disorderStories } from './catalogue/disorder.ts';
import { flowStories } from './catalogue/flows.ts';
import { forgeryStories } from './catalogue/forgeries.ts';
import { missingCallbackStories } from './catalogue/missing-callbacks.ts';
import { operationStories } from './catalogue/operations.ts';
import { sessionStories } from './catalogue/sessions.ts';
import type { ChangeRow } from './change-row.ts';
import type { Story } from './story.ts';

/** All stories; first those that any relay can play. */
export const catalogue: readonly Story[] = [
  ...sessionStories,
  ...disorderStories,
  ...forgeryStories,
  ...flowStories,
  ...operationStories,
  ...missingCallbackStories,
  ...customerTokenStories,
];

/** Every change that a story publishes, in order. */
export const expectedChanges = ({ scenes }: Story): ChangeRow[] => scenes.flatMap(({ publishes }) => publishes);

/** A story as `klarna-relay trigger --list --json` prints it; scripts rely on these names. */
export const storyJson = (story: Story): object => ({
  name: story.name,
  tells: story.summary,
  needs: story.needs,
  scenes: story.scenes.map(({ actor, action, answer, publishes }) => ({
    who: actor,
    tells: action,
    answer,
    publishes,
  })),
  publishes: expectedChanges(story),
});
