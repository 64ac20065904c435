/**
 * Labels at which a non-decreasing curve first reaches `level`, interpolated linearly in ln(labels).
 * The first point's labels when it is there from the start, null when it is never reached.
 */
export function labelsToReach(labels: readonly number[], fit: ArrayLike<number>, level: number): number | null {
  for (let index = 0; index < labels.length; index++) {
    const value = fit[index] as number;
    if (value < level) continue;
    if (index === 0) return labels[0] as number;
    const before = fit[index - 1] as number;
    const share = (level - before) / (value - before);
    return (labels[index - 1] as number) ** (1 - share) * (labels[index] as number) ** share;
  }
  return null;
}
