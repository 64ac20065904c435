import { latestDiagnostics } from '../../src/diagnostics/latest-diagnostics.ts';
import type { Arm } from '../../src/evaluation/arms.ts';
import { mean } from '../../src/evaluation/statistics/student-interval.ts';
import type { DrawnWorld } from './draw-figures.ts';
import { armNamed } from './world-arms.ts';

/** What the tables say of each world, as a list of sentences: how far apart picks lie, and what uncertainty tells. */
export const describeFinding = (drawn: readonly DrawnWorld[]): string =>
  drawn
    .flatMap(({ world, arms }) => {
      const sentences = [picksSentence(arms), uncertaintySentence(arms)].filter((sentence) => sentence !== null);
      return sentences.length === 0 ? [] : [`- \`${world}\`: ${sentences.join(' ')}`];
    })
    .join('\n');

function picksSentence(arms: readonly Arm[]): string | null {
  const [balPm, sample] = ['today-bal-pm', 'linear-sample'].map((name) => distancesOf(armNamed(arms, name)));
  if (!balPm) return null;
  const drawn = sample ? `, ${sample.picks} in those of \`sample\`` : '';
  return `The two answers lie ${balPm.pool} apart on average in the pool, ${balPm.picks} in BAL-PM's picks${drawn}.`;
}

/** Mean distances: of the pool before the policy's first batch, and of the picks of all its batches. */
function distancesOf(arm: Arm | undefined): { readonly pool: string; readonly picks: string } | null {
  const batches = (arm?.runs ?? []).map(({ diagnostics = [] }) =>
    diagnostics.flatMap((line) => (line.type === 'batch' ? (line.batch.quantities['distance'] ?? []) : [])),
  );
  const first = batches.flatMap((ofRun) => ofRun.slice(0, 1));
  if (first.length === 0) return null;
  return {
    pool: mean(first.map(({ pool }) => pool.mean)).toFixed(2),
    picks: mean(batches.flat().map(({ picks }) => picks.mean)).toFixed(2),
  };
}

function uncertaintySentence(arms: readonly Arm[]): string | null {
  const random = armNamed(arms, 'today-random');
  if (!random) return null;
  const found = random.runs.flatMap(
    ({ diagnostics = [] }) => latestDiagnostics(diagnostics).measured?.splits['test'] ?? [],
  );
  const [withDistance, withError] = (['distance', 'error'] as const).map((key) =>
    found.flatMap((one) => one[key] ?? []),
  );
  if (!withDistance?.length || !withError?.length) return null;
  return `After random picks the ensemble's uncertainty has a rank correlation of ${describe(withDistance)} with distance, ${describe(withError)} with held-out error.`;
}

const describe = (values: readonly number[]): string => mean(values).toFixed(2).replace('-', '−');
