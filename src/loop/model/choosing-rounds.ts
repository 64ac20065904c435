/** Rounds in which what a noise model leaves open is chosen anew, before they grow by doubling. */
const FIRST = [0, 2, 5];
const DOUBLED_FROM = 10;

/**
 * Whether round `round` (from 0) chooses the exponent of a noise model: rounds 0, 2, 5, 10, 20, 40, …; the rounds
 * between keep what was chosen last, since every choice costs a fit an exponent.
 */
export function isChoosingRound(round: number): boolean {
  if (FIRST.includes(round)) return true;
  return round % DOUBLED_FROM === 0 && Number.isInteger(Math.log2(round / DOUBLED_FROM));
}
