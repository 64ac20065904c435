/** What was not examined, and why. */
export interface Skipped {
  readonly skipped: string;
}
