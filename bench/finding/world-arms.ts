import type { Arm } from '../../src/evaluation/arms.ts';
import { DEFAULT_ARMS } from '../defaults/arms.ts';
import type { WorldRuns } from '../defaults/judge-arms.ts';

/** The finished runs of a world by arm, in the order of the decision's table; arms without any are left out. */
export const worldArms = ({ runs }: WorldRuns): readonly Arm[] =>
  DEFAULT_ARMS.map(({ name }) => ({
    policy: name,
    runs: runs
      .filter(({ policy, status }) => policy === name && status === 'done')
      .toSorted((one, other) => one.seed - other.seed),
  })).filter((arm) => arm.runs.length > 0);

/** One arm of a world; undefined where none of its runs has ended. */
export const armNamed = (arms: readonly Arm[], name: string): Arm | undefined =>
  arms.find(({ policy }) => policy === name);
