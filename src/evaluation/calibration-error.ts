import type { CalibrationBin } from './split-metrics.ts';

/** Expected calibration error: mean over items of |confidence − frequency| of the item's bin. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  return bins.reduce((sum, bin) => sum + (bin.count / total) * Math.abs(bin.confidence - bin.frequency), 0);
}
