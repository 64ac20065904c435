import { describeInclusion } from '../acquisition/describe-inclusion.ts';
import { NOT_RECORDED } from '../acquisition/no-inclusion.ts';
import { appendText, writeFileAtomic } from '../base/files/files.ts';
import { batchStatistics } from '../evaluation/metrics/batch-statistics.ts';
import { metricValues } from '../evaluation/metrics/metric-values.ts';
import { uniqueRatios } from '../evaluation/metrics/unique-ratios.ts';
import { readAnswers } from './answers.ts';
import type { RunEvent } from './events.ts';
import type { RunPaths } from './run-directory.ts';

/** Files derived from the events, one line per fact, for people and other programs. */
export interface RunViews {
  readonly append: (event: RunEvent) => void;
}

type View = 'metrics' | 'acquired' | 'batches' | 'labels';
type Rows = Readonly<Record<View, readonly object[]>>;
const VIEWS: readonly View[] = ['metrics', 'acquired', 'batches', 'labels'];

/**
 * Rebuilds the derived files from `events` and appends to them; `noInclusion` is the reason why picks of the run's policy
 * have no inclusion probability, if they have none. @throws BalpmError (environment) when one is not writable.
 */
export function openRunViews(paths: RunPaths, events: readonly RunEvent[], noInclusion: string): RunViews {
  const files: Readonly<Record<View, string>> = {
    metrics: paths.metrics,
    acquired: paths.acquired,
    batches: paths.batches,
    labels: paths.labelled,
  };
  const derive = createDerivation(noInclusion);
  const known = events.map(derive);
  for (const view of VIEWS) writeFileAtomic(files[view], known.map((rows) => renderRows(rows[view])).join(''));
  return {
    append: (event) => {
      const rows = derive(event);
      for (const view of VIEWS) appendText(files[view], renderRows(rows[view]));
    },
  };
}

const renderRows = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A function from each event, in order, to the rows it adds; joins labels with their batch and counts batches. */
function createDerivation(noInclusion: string): (event: RunEvent) => Rows {
  let batch: readonly string[] = [];
  let items = 0;
  return (event) => {
    const nothing: Rows = { metrics: [], acquired: [], batches: [], labels: [] };
    switch (event.type) {
      case 'batch.selected':
        batch = event.ids;
        items += batch.length;
        return {
          ...nothing,
          acquired: acquiredRows(event, event.round === 0 ? NOT_RECORDED : noInclusion),
          batches: [batchRow(event, items - batch.length)],
        };
      case 'labels.received':
        return {
          ...nothing,
          labels: readAnswers(event).map((label, index) => ({ round: event.round, id: batch[index], ...label })),
        };
      case 'round.measured':
        return { ...nothing, metrics: metricRows(event) };
      case 'run.started':
      case 'run.finished':
        return nothing;
    }
  };
}

function acquiredRows(event: Extract<RunEvent, { type: 'batch.selected' }>, noInclusion: string): object[] {
  return event.ids.map((id, position) => ({
    round: event.round,
    position,
    id,
    policy: event.policy,
    score: event.scores[position],
    terms: Object.fromEntries(Object.entries(event.terms).map(([name, values]) => [name, values[position]])),
    ...describeInclusion(event.inclusion?.[position], noInclusion),
    ...(event.control !== undefined && { control: position < event.control.items }),
  }));
}

/** A batch in one line: distinct prompts and the spread of every term over its picks. */
function batchRow(event: Extract<RunEvent, { type: 'batch.selected' }>, itemsBefore: number): object {
  const { round, policy, ids, uniquePrompts, uniquePromptsSoFar } = event;
  const prompts = { size: ids.length, uniquePrompts, uniquePromptsSoFar };
  return { round, policy, ...prompts, ...uniqueRatios(prompts, itemsBefore), terms: batchStatistics(event) };
}

function metricRows(event: Extract<RunEvent, { type: 'round.measured' }>): object[] {
  const { round, labels } = event;
  return Object.entries(event.splits).flatMap(([split, metrics]) =>
    metricValues(metrics).map(([name, value]) => ({ round, labels, split, name, value })),
  );
}
