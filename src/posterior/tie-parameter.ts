/** What is done with pairs nobody can decide (`labels.ties`). */
type TieSwitch = 'drop' | 'half' | 'davidson';

/**
 * Davidson's ν for labels whose targets p(a preferred) are at hand: 2q/(1 − q) with q the share of targets of exactly ½,
 * so that a pair of equal rewards is tied with probability ν/(2 + ν) = q. That is an approximation: it takes the share over
 * all pairs for that of equal rewards, where ties are likelier, and so is low. 0 unless ties are modelled, or where there
 * are none; ties without a decided label count as if there were one.
 */
export function tieParameter(targets: ArrayLike<number>, ties: TieSwitch): number {
  if (ties !== 'davidson') return 0;
  const tied = Array.from(targets).filter((target) => target === 0.5).length;
  return (2 * tied) / Math.max(1, targets.length - tied);
}
