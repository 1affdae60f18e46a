import { awsBugs } from './aws-bugs.ts';
import { flowBugs } from './flow-bugs.ts';
import { lawBugs } from './law-bugs.ts';
import { operationBugs } from './operation-bugs.ts';
import { outboxBugs } from './outbox-bugs.ts';
import { paymentBugs } from './payment-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { taskBugs } from './task-bugs.ts';

export const plantedBugs: readonly PlantedBug[] = [
  ...paymentBugs,
  ...lawBugs,
  ...taskBugs,
  ...flowBugs,
  ...operationBugs,
  ...awsBugs,
  ...outboxBugs,
];
