import type { ControlWorld } from './simulated-control.ts';

const SHARED = { pool: 400, initial: 10, batch: 8, control: 2, rounds: 20, flipped: 0.1 };

/** Squared length of a pair's features. */
const size = (features: Float64Array): number => features.reduce((sum, value) => sum + value * value, 0);

/** Policies that are random, better than random (long features teach more) and worse (they find the labels turned over). */
export const CONTROL_WORLDS: readonly ControlWorld[] = [
  { ...SHARED, name: 'random', weight: () => 1 },
  { ...SHARED, name: 'random, one item', control: 1, weight: () => 1 },
  { ...SHARED, name: 'random, many items', control: 8, batch: 16, weight: () => 1 },
  { ...SHARED, name: 'better', weight: (features) => size(features) ** 2 },
  { ...SHARED, name: 'worse', weight: (_features, isFlipped) => (isFlipped ? 20 : 1) },
  { ...SHARED, name: 'worse, half', control: 4, weight: (_features, isFlipped) => (isFlipped ? 20 : 1) },
];
