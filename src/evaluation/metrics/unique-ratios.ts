/** Prompts of a batch and of everything acquired with it. */
export interface BatchPrompts {
  readonly size: number;
  readonly uniquePrompts: number;
  readonly uniquePromptsSoFar: number;
}

/** Distinct prompts for each item, in [0, 1]: in the batch, and in all that was acquired up to it (`itemsBefore` without it). */
export const uniqueRatios = ({ size, uniquePrompts, uniquePromptsSoFar }: BatchPrompts, itemsBefore: number) => ({
  uniqueRatio: uniquePrompts / size,
  uniqueRatioSoFar: uniquePromptsSoFar / (itemsBefore + size),
});
