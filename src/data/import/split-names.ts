import { BalpmError } from '../../base/errors.ts';

const USUAL_ORDER = ['train', 'validation', 'test', 'ood'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
/** Tensor names of a feature store, and the set every run makes of its own. */
const RESERVED = new Set(['prompts', 'responses', 'labelled']);

/** Split names in a dataset's order: train, validation, test, ood, then the others by code unit. */
export function orderSplits(names: Iterable<string>): string[] {
  return [...new Set(names)].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Returns when `name` can name a split. @throws BalpmError (data) saying where it stands. */
export function checkSplitName(name: string, where: string): void {
  if (RESERVED.has(name)) throw unusable(where, `'${name}' is reserved`);
  if (!NAME.test(name)) throw unusable(where, `'${name.slice(0, 80)}' was found`);
}

const unusable = (where: string, found: string): BalpmError =>
  new BalpmError(
    'data',
    `Cannot import ${where}: as a split name ${found}, letters, digits, dot, dash and underscore (at most 80) are needed`,
  );

function rank(name: string): number {
  const index = USUAL_ORDER.indexOf(name);
  return index < 0 ? USUAL_ORDER.length : index;
}
