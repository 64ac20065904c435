/**
 * Area under a learning curve by the trapezoid rule, divided by the width of the label axis: the metric averaged over
 * labels, in the metric's own unit. `labels` ascends; a single point is its own average.
 */
export function areaUnderCurve(labels: readonly number[], values: readonly number[]): number {
  const width = (labels.at(-1) ?? 0) - (labels[0] ?? 0);
  if (width === 0) return values[0] ?? Number.NaN;
  let area = 0;
  for (let index = 1; index < labels.length; index++) {
    const step = (labels[index] as number) - (labels[index - 1] as number);
    area += (step * ((values[index] as number) + (values[index - 1] as number))) / 2;
  }
  return area / width;
}
