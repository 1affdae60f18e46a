import { disorder } from './disorder.ts';
import { forgeries } from './forgeries.ts';
import { operations } from './operations.ts';
import { roads } from './roads.ts';
import { sessions } from './sessions.ts';
import { silence } from './silence.ts';
import type { Story } from './story.ts';
import { tokens } from './tokens.ts';

/** Every story there is, those first that any relay can play. */
export const catalogue: readonly Story[] = [
  ...sessions,
  ...disorder,
  ...forgeries,
  ...roads,
  ...operations,
  ...silence,
  ...tokens,
];

/** The documented end of a story: all changes that subscribers hear, in order. */
export const published = ({ scenes }: Story): string[][] => scenes.flatMap(({ publishes }) => publishes);
