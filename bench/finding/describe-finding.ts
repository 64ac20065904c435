import { latestDiagnostics } from '../../src/diagnostics/latest-diagnostics.ts';
import type { Representation } from '../../src/diagnostics/representation.ts';
import type { Arm } from '../../src/evaluation/arms.ts';
import { mean } from '../../src/evaluation/mean.ts';
import type { DrawnWorld } from './draw-figures.ts';
import { armNamed } from './world-arms.ts';

/** What the tables say of each world, as a list of sentences: how far apart picks lie, and what uncertainty tells. */
export const describeFinding = (drawn: readonly DrawnWorld[]): string =>
  drawn
    .map(({ world, arms }) => {
      const sentences = [picksSentence(arms), uncertaintySentence(arms)].filter((sentence) => sentence !== null);
      return `- \`${world}\`: ${sentences.join(' ')}`;
    })
    .join('\n');

function picksSentence(arms: readonly Arm[]): string | null {
  const [balPm, sample] = ['today-bal-pm', 'linear-sample'].map((name) => armNamed(arms, name));
  if (!balPm) return null;
  const pool = distanceOf(balPm, ({ pool: values }) => values.mean);
  const picks = (arm: Arm): string => distanceOf(arm, ({ picks: values }) => values.mean);
  const drawn = sample ? `, ${picks(sample)} in those of \`sample\`` : '';
  return `the two answers lie ${pool} apart on average in the pool, ${picks(balPm)} in BAL-PM's picks${drawn}.`;
}

const distanceOf = ({ runs }: Arm, value: (of: Representation) => number): string =>
  mean(
    runs.flatMap(({ diagnostics = [] }) =>
      diagnostics.flatMap((line) => (line.type === 'batch' ? [value(line.batch.quantities['distance']!)] : [])),
    ),
  ).toFixed(2);

function uncertaintySentence(arms: readonly Arm[]): string | null {
  const random = armNamed(arms, 'today-random');
  if (!random) return null;
  const found = random.runs.flatMap(
    ({ diagnostics = [] }) => latestDiagnostics(diagnostics).measured?.splits['test'] ?? [],
  );
  const of = (key: 'distance' | 'error'): string =>
    mean(found.flatMap((one) => one[key] ?? []))
      .toFixed(2)
      .replace('-', '−');
  if (found.length === 0) return null;
  return `After random picks the ensemble's uncertainty has a rank correlation of ${of('distance')} with distance, ${of('error')} with held-out error.`;
}
