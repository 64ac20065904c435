import { usageError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest-name.ts';

/** For each split of the pairs the split of the prompts its ids are looked up in; null: it has no prompt features. */
export type PromptSplits = ReadonlyMap<string, string | null>;

/** What a features dataset calls its validation split. */
const SOURCE_NAMES: ReadonlyMap<string, string> = new Map([['eval', 'validation']]);

/**
 * Pairs each split with the prompts' split of the same name, unless a rule `SPLIT=PROMPTS_SPLIT` names another.
 * @throws BalpmError (usage) for a rule with unknown names, and when no split would have prompt features.
 */
export function resolvePromptSplits(
  pairs: readonly string[],
  prompts: readonly string[],
  rules: readonly string[],
): PromptSplits {
  const named = new Map(rules.map((rule) => parseRule(rule, pairs, prompts)));
  const splits = new Map(
    pairs.map((split) => [split, named.get(split) ?? (prompts.includes(split) ? split : null)] as const),
  );
  if ([...splits.values()].every((split) => split === null))
    throw usageError(
      `Cannot join prompt features: the prompts have splits ${list(prompts)} and the pairs ${list(pairs)}, one of the same name (or --prompts-split SPLIT=PROMPTS_SPLIT) is needed`,
    );
  return splits;
}

function parseRule(rule: string, pairs: readonly string[], prompts: readonly string[]): readonly [string, string] {
  const [, left, right] = /^([^=]+)=([^=]+)$/.exec(rule) ?? [];
  if (left === undefined || right === undefined)
    throw usageError(`Cannot use --prompts-split '${rule}': it names no two splits, SPLIT=PROMPTS_SPLIT is needed`);
  const [split, promptSplit] = [ownName(left), ownName(right)];
  requireName(rule, split, pairs, 'the pairs');
  requireName(rule, promptSplit, prompts, 'the prompts');
  return [split, promptSplit];
}

const ownName = (name: string): string => SOURCE_NAMES.get(name) ?? name;

function requireName(rule: string, name: string, known: readonly string[], whose: string): void {
  if (known.includes(name)) return;
  throw usageError(
    `Cannot use --prompts-split '${rule}': ${whose} have no split '${name}', one of ${list(known)} is needed${suggestion(name, known)}`,
  );
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
