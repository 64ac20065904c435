import type { SampleMeasureName } from '../../../src/measures/index.ts';

/** One pair: its logits, exact in float32, and its measures as 60-digit decimal arithmetic gives them. */
export interface ReferenceValue extends Readonly<Record<SampleMeasureName, number>> {
  readonly logits: readonly number[];
}

const value = (
  logits: readonly number[],
  [epistemic, predictive, aleatoric, variance]: [number, number, number, number],
) => ({
  logits,
  epistemic,
  predictive,
  aleatoric,
  variance,
});

/** Computed outside this repository from p = 1/(1 + e^−z) and the definitions of method and paper, nothing simplified. */
export const REFERENCE_VALUES: readonly ReferenceValue[] = [
  value([0, 0], [0, 0.6931471805599453, 0.6931471805599453, 0]),
  value([1, -1], [0.11094407167172736, 0.6931471805599453, 0.5822031088882179, 0.05338806675851815]),
  value(
    [2, 2.5, 1.75, 2.25, 2.125],
    [0.0029901242715200177, 0.34448181072596634, 0.34149168645444633, 0.0005837659172420749],
  ),
  value(
    [0.01, 0.0125, -0.005, 0.0025, 0.0075].map(Math.fround),
    [4.812450512865107e-6, 0.6931433993800564, 0.6931385869295436, 2.4062077221232067e-6],
  ),
  value(
    [20, 21, 19.5, 25, 22],
    [6.607458229358766e-10, 2.7942188249771792e-8, 2.7281442426835913e-8, 1.594436175629231e-18],
  ),
  value(
    [-60, -50, -55],
    [6.847798232805699e-23, 3.3717896261856987e-21, 3.3033116438576418e-21, 8.211131490999136e-45],
  ),
  value([100, -100], [0.6931471805599453, 0.6931471805599453, 3.757276735781044e-42, 0.25]),
  value([3, -0.5, 0.25, 1, -2], [0.19110431033340125, 0.6884332199970895, 0.49732890966368826, 0.08206273096060485]),
  value([80, 88], [6.229990402944673e-36, 7.374642322646832e-34, 7.312342418617385e-34, 8.138258418657023e-71]),
];
