import { seedBytes } from '../../random/stream.ts';

/**
 * Whether responses a and b exchange sides: the one with the smaller SHA-256 over (seed, id, text) comes first. A fair
 * coin that depends only on the unordered pair, so that even with the seed the sides do not reveal the label.
 */
export function isSwapped(seed: number, id: string, a: string, b: string): boolean {
  const place = (text: string): Buffer => seedBytes([seed, 'side', id, text]);
  return Buffer.compare(place(b), place(a)) < 0;
}

/**
 * Whether side a is preferred so often, or so rarely, that the side reveals the label: its share differs by more than
 * four standard errors from one half.
 */
export function sidesRevealLabel(preferredA: number, labelled: number): boolean {
  const standardError = 0.5 / Math.sqrt(labelled);
  return labelled > 0 && Math.abs(preferredA / labelled - 0.5) > 4 * standardError;
}
