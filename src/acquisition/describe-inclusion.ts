/** An inclusion probability as files and documents tell it: null comes with the reason. */
export type ToldInclusion =
  | { readonly inclusionProbability: number }
  | { readonly inclusionProbability: null; readonly inclusionReason: string };

/** The fields that tell how likely an item was to be drawn, given what was drawn before, or why that is not known. */
export const describeInclusion = (inclusion: number | undefined, reason: string): ToldInclusion =>
  inclusion === undefined
    ? { inclusionProbability: null, inclusionReason: reason }
    : { inclusionProbability: inclusion };
