/** The worlds of docs/decisions/default-policy.md, in the order of the pages; none's name is a part of another's. */
export const REGISTERED_WORLDS: readonly string[] = [
  'alpaca-pairs',
  'alpaca-graded',
  'alpaca-noisy',
  'alpaca-repeated',
  'alpaca-large',
  'synthetic',
  'nothing-to-win',
];
