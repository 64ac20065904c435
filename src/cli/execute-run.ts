import { BalpmError, EXIT_STATUS } from '../base/errors.ts';
import { type RunPaths, readRunConfig } from '../ledger/run-directory.ts';
import type { Outcome } from '../loop/run.ts';
import { superviseRun } from '../loop/supervise-run.ts';
import { openWorkbench } from '../loop/workbench.ts';
import type { CommandIo } from './command.ts';
import { createRunProgress } from './run-progress.ts';
import { showPath } from './show-path.ts';
import { summariseRun } from './summarise-run.ts';

/** Works on a run until it is done, waits for people or is stopped, and prints its result. */
export async function executeRun(
  paths: RunPaths,
  options: { readonly json: boolean; readonly isNew?: boolean },
  io: CommandIo,
): Promise<void> {
  const config = await readRunConfig(paths);
  const progress = createRunProgress(paths.id, config, io);
  const workbench = openWorkbench({
    worker: config.worker,
    cacheDir: config.output.dir,
    workerLog: paths.workerLog,
    connectionFile: paths.connectionFile,
    note: progress.note,
    signal: io.signal,
  });
  let outcome: Outcome;
  try {
    outcome = await superviseRun({
      paths,
      isNew: options.isNew ?? false,
      config,
      workbench,
      signal: io.signal,
      observe: progress.observe,
      note: progress.note,
    });
  } finally {
    progress.close();
    await workbench.close();
  }
  if (options.json) io.printDocument(summariseRun(paths, outcome));
  else io.print(showPath(paths.root));
  announce(paths, outcome, io);
}

function announce(paths: RunPaths, outcome: Outcome, io: CommandIo): void {
  switch (outcome.status) {
    case 'done':
      return;
    case 'waiting': {
      const { answered, needed, batchFile, answersFile } = outcome.waiting;
      io.note(`waiting for labels: ${answered} of ${needed} answers`);
      io.note(`  pairs to read      ${showPath(batchFile)}`);
      io.note(`  answers go to      ${showPath(answersFile)}   one line an item: {"id": "…", "preferred": "a"}`);
      io.note(`  then               balpm resume ${showPath(paths.root)}`);
      io.exitWith(EXIT_STATUS.waiting);
      return;
    }
    case 'stopped':
      throw new BalpmError(
        'stopped',
        `Cannot finish run '${paths.id}' now: it was stopped, \`balpm resume ${showPath(paths.root)}\` is needed to go on`,
      );
  }
}
