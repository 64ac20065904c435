import { defineNoise } from './noise.ts';

/** The plain Bradley–Terry model. */
export const constant = defineNoise({
  summary: 'every pair is as decisive as its reward difference says (Bradley–Terry)',
  options: {},
  isPlain: true,
  allowsTieModel: true,
  needsDistances: false,
  isConvex: true,
  request: () => ({ type: 'constant' }),
  choices: () => 1,
});
