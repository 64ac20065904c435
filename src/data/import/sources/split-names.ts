import { type BalpmError, dataError } from '../../../base/errors.ts';

const USUAL_ORDER = ['train', 'validation', 'test', 'ood'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/** Names used inside a feature store's file, and sets that every run creates. */
const RESERVED = new Set(['prompts', 'responses', '__metadata__', 'labelled', 'pool']);

/** Split names in a dataset's order: train, validation, test, ood, then the others by code unit. */
export function orderSplits(names: Iterable<string>): string[] {
  return [...new Set(names)].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/**
 * Checks that `name` can name a split; `where` is its location and `failure` creates the error.
 * @throws BalpmError
 */
export function checkSplitName(
  name: string,
  where: string,
  failure: (message: string) => BalpmError = dataError,
): void {
  const found = RESERVED.has(name)
    ? `'${name}' is reserved; use another name`
    : NAME.test(name)
      ? undefined
      : `'${name.slice(0, 80)}' was found; expected at most 80 letters, digits, dots, dashes and underscores`;
  if (found !== undefined) throw failure(`Cannot import ${where}: as a split name ${found}`);
}

function rank(name: string): number {
  const index = USUAL_ORDER.indexOf(name);
  return index < 0 ? USUAL_ORDER.length : index;
}
