/** One attack on the product. */
export interface Attack {
  /** What is done, in a few words; unique within its source. */
  readonly name: string;
  /** Does it in a fresh folder; resolves with what was wrong, or undefined when the right behaviour held. */
  readonly run: (folder: string) => Promise<string | undefined>;
}

/** Attacks that belong together. */
export interface AttackSource {
  readonly name: string;
  readonly attacks: () => Promise<readonly Attack[]>;
}

/** A kind of attack with the least number that its campaign must try. */
export interface AttackGroup {
  readonly name: string;
  readonly least: number;
  readonly sources: readonly AttackSource[];
}
