import { awsBugs } from './aws-bugs.ts';
import { flowBugs } from './flow-bugs.ts';
import { paymentBugs } from './payment-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';

export const plantedBugs: readonly PlantedBug[] = [...paymentBugs, ...flowBugs, ...awsBugs];
