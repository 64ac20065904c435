/** What was not examined, and why. */
export interface Skipped {
  readonly skipped: string;
}

/** The reason as a sentence. */
export const sentenceOf = ({ skipped }: Skipped): string => `${skipped.charAt(0).toUpperCase()}${skipped.slice(1)}.`;
