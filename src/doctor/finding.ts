/** One line of the examination; what is missing keeps balpm from working. */
export interface Finding {
  readonly what: string;
  readonly state: 'fine' | 'warning' | 'missing';
  readonly found: string;
  /** What to do about it; empty when it is fine. */
  readonly advice: string;
}
