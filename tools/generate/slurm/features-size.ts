/** Pairs of the comparisons (train, eval, test, CNN/DM), and two answers each. */
const PAIRS = 92_858 + 33_083 + 50_719 + 2_284;
const PROMPT_WIDTH = 4096;

/** Features an answer has, by store. Of one that is not the paper's it is not known: no wider than the 7B model's. */
const WIDTHS: Readonly<Record<string, number>> = {
  'features/tldr-7b': 4096,
  'features/tldr-70b': 8192,
  'features/tldr-140b': 6144,
  'features/tldr-other': 4096,
};

/** GiB that the answers of these stores and one store's prompts take in float32, no text being there twice. */
export function featuresGiB(stores: readonly string[]): number {
  const widths = stores.flatMap((store) => WIDTHS[store] ?? []);
  const answers = widths.reduce((sum, width) => sum + width, 0);
  return (PAIRS * 4 * (2 * answers + PROMPT_WIDTH)) / 2 ** 30;
}
