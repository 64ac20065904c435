import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { openWorkbench } from '../../src/experiment/open-workbench.ts';
import { createRoundModel } from '../../src/loop/model/posterior-model.ts';
import type { RoundPosterior } from '../../src/loop/model/round-model.ts';
import type { Problem } from '../../src/loop/problem/problem.ts';
import { INITIAL_STATE } from '../../src/loop/state.ts';
import type { Workbench } from '../../src/loop/workbench.ts';

/** A posterior of 30 labels that all prefer a, and what it was made with; `work` is the directory of its worker. */
export interface Judged {
  readonly posterior: RoundPosterior;
  readonly problem: Problem;
  readonly workbench: Workbench;
  readonly work: string;
}

/** Fits the posterior of a configuration in `directory` on a worker of its own and lets `use` ask it. */
export async function judgeThirtyLabels<Told>(
  directory: string,
  [config, overrides]: readonly [string, readonly string[]],
  use: (judged: Judged) => Promise<Told>,
): Promise<Told> {
  const { config: experiment } = await loadConfig(config, overrides);
  const work = mkdtempSync(join(directory, 'work-'));
  const workbench = openWorkbench({
    worker: experiment.worker,
    cacheDir: join(directory, 'runs'),
    workerLog: `${work}.log`,
    calls: `${work}.jsonl`,
    work,
    connectionFile: `${work}.json`,
    signal: new AbortController().signal,
    note: () => undefined,
  });
  try {
    const problem = await workbench.prepare(experiment);
    const labelled = problem.pool.ids.slice(0, 30).map((id) => ({ id, preferred: 'a' }) as const);
    const model = createRoundModel({ config: experiment, problem, workbench, ownModel: null });
    return await use({ posterior: await model.fit(1, { ...INITIAL_STATE, labelled }), problem, workbench, work });
  } finally {
    await workbench.close();
  }
}
