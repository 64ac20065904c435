import type { Arm } from '../evaluation/arms.ts';
import type { RoundRecord, RunRecord } from '../evaluation/run-record.ts';
import { studentInterval } from '../evaluation/statistics/student-interval.ts';
import type { Figure } from './figure.ts';
import { lineFigure, type Series } from './line-figure.ts';

/** Distinct prompts so far, and their share in each batch, by policy: mean over seeds with 95 % bands. */
export function batchDiversity(arms: readonly Arm[], colours: ReadonlyMap<string, string>): Figure[] {
  const series = (value: (round: RoundRecord) => number): Series[] => arms.map((arm) => seriesOf(arm, colours, value));
  return [
    {
      name: 'prompts-so-far',
      title: 'Distinct prompts so far',
      caption: 'Distinct prompts among all labels acquired, mean over seeds with its 95 % interval.',
      ...lineFigure({
        title: 'Distinct prompts so far',
        x: { title: 'labels acquired', format: ',d' },
        y: { title: 'distinct prompts', format: ',d' },
        series: series((round) => round.batch?.uniquePromptsSoFar ?? Number.NaN),
        interval: 'band',
      }),
    },
    {
      name: 'prompts-in-batch',
      title: 'Distinct prompts in a batch',
      caption: 'Distinct prompts in a batch divided by its size, mean over seeds with its 95 % interval.',
      ...lineFigure({
        title: 'Distinct prompts in a batch',
        x: { title: 'labels acquired', format: ',d' },
        y: { title: 'share of distinct prompts', format: '.0%', within: [0, 1] },
        series: series((round) => (round.batch ? round.batch.uniquePrompts / round.batch.size : Number.NaN)),
        interval: 'band',
      }),
    },
  ];
}

function seriesOf(
  { policy, runs }: Arm,
  colours: ReadonlyMap<string, string>,
  value: (round: RoundRecord) => number,
): Series {
  const first = runs[0] as RunRecord;
  const points = first.rounds.flatMap((round, index) => {
    if (!round.batch) return [];
    const values = runs.map((run) => value(run.rounds[index] as RoundRecord));
    return [{ x: round.labels + round.batch.size, ...studentInterval(values) }];
  });
  return { name: policy, colour: colours.get(policy) as string, points };
}
