import { appendText, writeFileAtomic } from '../base/files.ts';
import { CURVE_METRICS } from '../evaluation/split-metrics.ts';
import type { RunEvent } from './events.ts';
import type { RunPaths } from './run-directory.ts';

/** Files derived from the events, one line a fact, for people and other programs. */
export interface RunViews {
  readonly append: (event: RunEvent) => void;
}

type View = 'metrics' | 'acquired' | 'labels';
type Rows = Readonly<Record<View, readonly object[]>>;
const VIEWS: readonly View[] = ['metrics', 'acquired', 'labels'];

/** Makes the derived files anew from `events` and adds to them. @throws BalpmError (environment) when one is not writable. */
export function openRunViews(paths: RunPaths, events: readonly RunEvent[]): RunViews {
  const files: Readonly<Record<View, string>> = {
    metrics: paths.metrics,
    acquired: paths.acquired,
    labels: paths.labelled,
  };
  const derive = createDerivation();
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

/** A function from each event, in order, to the rows it adds; labels are joined with the batch they answer. */
function createDerivation(): (event: RunEvent) => Rows {
  let batch: readonly string[] = [];
  return (event) => {
    const nothing: Rows = { metrics: [], acquired: [], labels: [] };
    switch (event.type) {
      case 'batch.selected':
        batch = event.ids;
        return { ...nothing, acquired: acquiredRows(event) };
      case 'labels.received':
        return {
          ...nothing,
          labels: batch.map((id, index) => ({ round: event.round, id, preferred: event.answers[index] })),
        };
      case 'round.measured':
        return { ...nothing, metrics: metricRows(event) };
      case 'run.started':
      case 'run.finished':
        return nothing;
    }
  };
}

function acquiredRows(event: Extract<RunEvent, { type: 'batch.selected' }>): object[] {
  return event.ids.map((id, position) => ({
    round: event.round,
    position,
    id,
    policy: event.policy,
    score: event.scores[position],
    terms: Object.fromEntries(Object.entries(event.terms).map(([name, values]) => [name, values[position]])),
  }));
}

function metricRows(event: Extract<RunEvent, { type: 'round.measured' }>): object[] {
  const { round, labels } = event;
  const measures = ['epistemic', 'predictive', 'aleatoric', 'variance'] as const;
  return Object.entries(event.splits).flatMap(([split, metrics]) =>
    [...CURVE_METRICS, ...measures].map((name) => ({ round, labels, split, name, value: metrics[name] })),
  );
}
