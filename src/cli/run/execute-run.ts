import { BalpmError, EXIT_STATUS } from '../../base/errors.ts';
import type { ExperimentResult, RunListeners } from '../../experiment/run-experiment.ts';
import type { CommandIo } from '../command.ts';
import { showPath } from '../terminal/show-path.ts';
import { createRunProgress, type RunProgress } from './run-progress.ts';
import { summariseRun } from './summarise-run.ts';

/** Works on a run until it is done, waits for people or is stopped, and prints its result. */
export async function executeRun(
  work: (listeners: RunListeners) => Promise<ExperimentResult>,
  options: { readonly json: boolean },
  io: CommandIo,
): Promise<void> {
  let progress: RunProgress | undefined;
  let result: ExperimentResult;
  try {
    result = await work({
      signal: io.signal,
      onStart: ({ id, config }) => (progress = createRunProgress(id, config, io)),
      onEvent: (event, state) => progress?.observe(event, state),
      onNote: (sentence) => progress?.note(sentence),
    });
  } finally {
    progress?.close();
  }
  if (options.json) io.printDocument(summariseRun(result));
  else io.print(showPath(result.directory));
  announce(result, io);
}

function announce(result: ExperimentResult, io: CommandIo): void {
  const run = showPath(result.directory);
  switch (result.status) {
    case 'done':
      return;
    case 'waiting': {
      const { answered, needed, batchFile, answersFile } = result.waiting;
      io.note(`waiting for labels: ${answered} of ${needed} answers`);
      io.note(`  pairs to read      ${showPath(batchFile)}`);
      io.note(`  answers go to      ${showPath(answersFile)}   one line an item: {"id": "…", "preferred": "a"}`);
      io.note(`  then               balpm resume ${run}`);
      io.exitWith(EXIT_STATUS.waiting);
      return;
    }
    case 'stopped':
      throw new BalpmError(
        'stopped',
        `Cannot finish run '${result.id}' now: it was stopped, \`balpm resume ${run}\` is needed to go on`,
      );
  }
}
