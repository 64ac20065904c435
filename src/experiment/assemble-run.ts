import { noInclusion } from '../acquisition/no-inclusion.ts';
import { describeMethod } from '../config/describe-method.ts';
import { readTexts } from '../data/read-texts.ts';
import { openDiagnostics } from '../diagnostics/diagnostics-file.ts';
import type { EventLog } from '../ledger/event-log.ts';
import { methodRecord } from '../ledger/method-record.ts';
import { openRunViews } from '../ledger/run-views.ts';
import { trustRun } from '../ledger/trust/trust-run.ts';
import { createDiagnoser } from '../loop/diagnose.ts';
import { openOwnModel, recordOwnModel } from '../loop/model/own-model.ts';
import { createRoundModel } from '../loop/model/posterior-model.ts';
import { assertSameRun } from '../loop/problem/identity.ts';
import type { Run } from '../loop/run.ts';
import { replay } from '../loop/state.ts';
import { createOracle } from '../oracle/index.ts';
import { createAnswerReview, placeOf } from './review-answers.ts';
import { writeRunEnvironment } from './run-environment.ts';
import { createNote, type SupervisedRun } from './supervised-run.ts';

/**
 * Everything a run works with, made ready for its next step: data read and compared with what the run began on, the worker
 * started, the posterior, the oracle and the derived files opened.
 * @throws BalpmError (usage, data, environment, worker)
 */
export async function assembleRun(supervised: SupervisedRun, log: EventLog): Promise<Run> {
  const { paths, config, workbench, signal, observe } = supervised;
  const problem = await workbench.prepare(config);
  assertSameRun(paths.id, log.events()[0], config, problem);
  supervised.note(describeMethod(config, await methodRecord.read(paths.method)));
  const note = createNote(supervised);
  workbench.noteTo(note);
  if (supervised.isNew) trustRun(paths, config, note);
  await writeRunEnvironment(paths, problem, workbench, note);
  const ownModel = await openOwnModel(config, workbench);
  if (ownModel !== null) recordOwnModel(paths, ownModel, note);
  const views = openRunViews(paths, log.events(), noInclusion(config.acquisition.policy));
  const { measuredRounds: measured, labelledRounds, pending } = replay(log.events());
  const file = openDiagnostics(paths.diagnostics, { measured, chosen: labelledRounds + (pending === null ? 0 : 1) });
  return {
    config,
    problem,
    model: createRoundModel({ config, problem, workbench, ownModel }),
    oracle: createOracle(config.oracle, {
      indexOf: problem.pool.indexOf,
      labels: problem.pool.labels,
      seed: config.seed,
      dir: paths.labels,
      runId: placeOf(paths, config),
      readTexts: (ids) => readTexts(problem.dataset, ids),
      logFile: paths.oracleLog,
      signal,
    }),
    log,
    diagnose: createDiagnoser({ problem, workbench, file, note }),
    signal,
    seconds: () => performance.now() / 1000,
    note,
    reviewAnswers: createAnswerReview(supervised, log, note),
    observe: (event, state) => {
      views.append(event);
      observe(event, state);
    },
  };
}
