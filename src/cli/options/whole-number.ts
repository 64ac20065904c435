import { InvalidArgumentError } from 'commander';

/** A parser of option values: whole numbers from `least` to `most`, at most 15 digits. */
export const wholeNumber =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `a whole number ${Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`} is needed.`,
    );
  };
