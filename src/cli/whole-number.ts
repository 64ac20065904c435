import { InvalidArgumentError } from 'commander';

/** A parser of option values: whole numbers from `least`, at most 15 digits. */
export const wholeNumber =
  (least: 0 | 1) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (value >= least) return value;
    throw new InvalidArgumentError(`a whole number of at least ${least} is needed.`);
  };
