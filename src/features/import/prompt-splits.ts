import { usageError } from '../../base/errors.ts';
import { suggestion } from '../../base/text/nearest-name.ts';

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
  const pairings = parsePromptSplits(rules).map(
    ([split, promptSplit]) => [ownName(split, pairs), ownName(promptSplit, prompts)] as const,
  );
  const named = new Map(pairings);
  for (const [index, [split, promptSplit]] of pairings.entries()) {
    requireName(rules[index] as string, split, pairs, 'the pairs');
    requireName(rules[index] as string, promptSplit, prompts, 'the prompts');
  }
  const splits = new Map(
    pairs.map((split) => [split, named.get(split) ?? (prompts.includes(split) ? split : null)] as const),
  );
  if ([...splits.values()].every((split) => split === null))
    throw usageError(
      `Cannot join prompt features: the prompts have splits ${list(prompts)} and the pairs ${list(pairs)}, one of the same name (or --prompts-split SPLIT=PROMPTS_SPLIT) is needed`,
    );
  return splits;
}

/** Rules as (split, prompts' split). @throws BalpmError (usage) for one that is no SPLIT=PROMPTS_SPLIT. */
export function parsePromptSplits(rules: readonly string[]): readonly (readonly [string, string])[] {
  return rules.map((rule) => {
    const [, split, promptSplit] = /^([^=]+)=([^=]+)$/.exec(rule) ?? [];
    if (split === undefined || promptSplit === undefined)
      throw usageError(`Cannot use --prompts-split '${rule}': it names no two splits, SPLIT=PROMPTS_SPLIT is needed`);
    return [split, promptSplit];
  });
}

/** A split that came back from an export may well be called as a source calls another. */
const ownName = (name: string, known: readonly string[]): string =>
  known.includes(name) ? name : (SOURCE_NAMES.get(name) ?? name);

function requireName(rule: string, name: string, known: readonly string[], whose: string): void {
  if (known.includes(name)) return;
  throw usageError(
    `Cannot use --prompts-split '${rule}': ${whose} have no split '${name}', one of ${list(known)} is needed${suggestion(name, known)}`,
  );
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
