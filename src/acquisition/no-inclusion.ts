import { findPolicy } from './index.ts';

/** Why a batch of a policy that knows inclusion probabilities, or of no policy, has none. */
export const NOT_RECORDED = 'not recorded: the batch was chosen by an earlier version';

/** Why picks of a policy carry no inclusion probability where they do not. @throws BalpmError (usage) on an unknown name. */
export const noInclusion = (policy: string): string => findPolicy(policy).noInclusion ?? NOT_RECORDED;
