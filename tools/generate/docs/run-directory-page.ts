import { runPaths } from '../../../src/ledger/run-directory.ts';
import { code, renderPage, renderTable } from './render-page.ts';

/** What is in each path of a run, by its name in `RunPaths`. */
const FILES: Readonly<Record<Exclude<keyof ReturnType<typeof runPaths>, 'id' | 'root'>, string>> = {
  events: '[the ledger](events.md): one line per fact, on disk before it counts',
  config: 'the configuration as given, after a line that names the preset if there is one',
  overrides: 'the `key=value` of the command line',
  resolved: 'the configuration as run',
  method:
    'whether the configuration (`named`), a preset or the default chose policy and posterior, and what a preset decided',
  manifest: 'identity of the run',
  dataInfo: 'data and their hashes',
  environment: 'versions and machine',
  trust: 'only if the configuration names code: [the mark](../explanation/trust.md) that you started the run',
  model: 'file and SHA-256 of a [custom model](../explanation/custom-model.md)',
  metrics: 'metrics, one line per round; rebuilt from the events whenever the run is opened',
  acquired: 'acquired items, one line each; rebuilt from the events',
  batches: '[statistics](../explanation/evaluation.md#statistics-of-a-batch) of each batch; rebuilt from the events',
  labelled: 'labels, one line each; rebuilt from the events',
  diagnostics:
    'how uncertainty relates to error and distance, by round, and what each batch over-represents; not part of the digest, not rebuilt',
  log: 'notes of the run, if there are any',
  workerLog: 'what the worker wrote to stderr',
  calls: 'each step of every call to the worker: called, sent, accepted, settled',
  work: 'what the worker keeps between sessions: the newest two posteriors, kept results, large arrays. Removed when the run is done; may be deleted while nothing runs',
  connectionFile:
    'while a run waits for or works with a [remote worker](../explanation/remote.md): what that worker is started with, secrets included; not with `worker.rendezvous`',
  oracleLog: 'what a [labelling program](../explanation/labels.md#labels-from-a-program) wrote to stderr',
  labels: 'batches for people or a program, and their labels',
  lock: '[the lock](../explanation/locks.md): which process works on the run',
};

/** Every file of a run directory. */
export function runDirectoryPage(): string {
  const { id: _id, root: _root, ...paths } = runPaths('/run');
  const rows = Object.entries(FILES).map(([name, meaning]) => [
    code(paths[name as keyof typeof paths].replace('/run/', '')),
    meaning,
  ]);
  return renderPage(
    'Files of a run directory',
    `A run is a directory below \`runs/\`; its name is the run's id. [Runs](../explanation/running.md) explains how it comes about.`,
    [
      renderTable(
        ['file', 'content'],
        [
          ...rows,
          [['DONE', 'PAUSED', 'FAILED'].map(code).join(', '), 'how the last session ended'],
          [
            code('events-lost-….jsonl'),
            'the events in memory when the ledger was deleted, changed or taken over under a run; a complete ledger',
          ],
        ],
      ),
    ],
  );
}
