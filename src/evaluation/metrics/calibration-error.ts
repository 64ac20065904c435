import type { CalibrationBin } from './split-metrics.ts';

/** Expected calibration error: weighted mean over items of |confidence − frequency| of the item's bin. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, bin) => sum + weightOf(bin), 0);
  return bins.reduce((sum, bin) => sum + (weightOf(bin) / total) * Math.abs(bin.confidence - bin.frequency), 0);
}

const weightOf = ({ weight, count }: CalibrationBin): number => weight ?? count;
