import { LapseNoise } from '../../protocol/noise-models.ts';
import { defineNoise } from './noise.ts';

/** Some labels are drawn by a coin. */
export const lapse = defineNoise({
  summary: 'a share of the labels is drawn by a coin: no pair is surer than that',
  options: {
    lapseRate: LapseNoise.shape.rate.default(0.1).describe('lapse: share ε of the labels that a coin decides'),
  },
  isPlain: false,
  allowsTieModel: false,
  needsDistances: false,
  isConvex: false,
  request: ({ lapseRate }) => ({ type: 'lapse', rate: lapseRate }),
  choices: () => 1,
});
