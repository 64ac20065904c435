import { seedBytes } from '../../random/stream.ts';

/**
 * Whether answers a and b exchange sides: the one with the smaller SHA-256 over (seed, id, text) comes first. A fair
 * coin that depends on the unordered pair only, so that not even who knows the seed learns the label from the sides.
 */
export function isSwapped(seed: number, id: string, a: string, b: string): boolean {
  const place = (text: string): Buffer => seedBytes([seed, 'side', id, text]);
  return Buffer.compare(place(b), place(a)) < 0;
}

/**
 * Whether side a is preferred so often, or so seldom, that the side gives the label away: its share lies more than
 * four standard errors from one half.
 */
export function sidesRevealLabel(preferredA: number, labelled: number): boolean {
  const standardError = 0.5 / Math.sqrt(labelled);
  return labelled > 0 && Math.abs(preferredA / labelled - 0.5) > 4 * standardError;
}
