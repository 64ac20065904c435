import { usageError } from '../base/errors.ts';

/** The refusal of labels that a kind cannot take; `what` completes "… are soft or weighted". */
export const softLabels = (act: string, what: string): Error =>
  usageError(
    `${act}: ${what} are soft or weighted, and such a posterior is given chosen and rejected answers alone; use another posterior.type, oracle.answers drawn, or hard labels of equal weight`,
  );
