// The exceptions from the rules of size and direction. A new one needs a reason that a reviewer accepts.

/**
 * Imports of a floor above (layers.mjs), of a part that is kept apart, of a module that a pure folder does without, or in
 * a circle: by the file that has them.
 */
export const IMPORTS = [];

const EXACT = 'one selection over typed arrays that its steps share';

/** Functions longer than 50 lines. */
export const LONG_FUNCTIONS = [
  { file: 'src/acquisition/kernels/block-maxima.ts', name: 'createBlockMaxima', why: EXACT },
  { file: 'src/acquisition/policies/batch-entropy-kl/nearest-acquired.ts', name: 'createNearestAcquired', why: EXACT },
  { file: 'src/acquisition/policies/batch-entropy-kl/pick-lazily.ts', name: 'pickLazily', why: EXACT },
  { file: 'src/acquisition/policies/batch-entropy/greedy.ts', name: 'pickGreedily', why: EXACT },
];
