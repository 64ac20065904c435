/**
 * How often "beats random" is said of random itself: the real loop on the real worker, two arms that differ in their
 * name (hence in the stream their batches are drawn from) and in nothing else, a fresh set of seeds a comparison.
 * `npx tsx bench/null-simulation.ts [comparisons=400] [seeds=5] [lanes=2]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExperimentConfig } from '../src/config/experiment.ts';
import { parseExperiment } from '../src/config/load.ts';
import { compareRuns } from '../src/evaluation/compare-runs.ts';
import type { RunRecord } from '../src/evaluation/run-record.ts';
import { openWorkbench } from '../src/experiment/open-workbench.ts';
import type { EventLog } from '../src/ledger/event-log.ts';
import type { RunEvent } from '../src/ledger/events.ts';
import { recordOf } from '../src/ledger/read-run-record.ts';
import { createRoundModel } from '../src/loop/model/posterior-model.ts';
import { runSteps } from '../src/loop/run.ts';
import type { Workbench } from '../src/loop/workbench.ts';
import { createDatasetOracle } from '../src/oracle/dataset-oracle.ts';

const [comparisons = 400, seeds = 5, lanes = 2] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'balpm-null-'));

/** A run small enough to be made thousands of times, still with every part: 5 rounds, 2 members, early stopping. */
const configOf = (seed: number, name: string): ExperimentConfig =>
  parseExperiment(
    {
      seed,
      rounds: 5,
      data: {
        type: 'synthetic',
        world: {
          kind: 'clustered',
          prompts: 80,
          clusters: 8,
          promptDimension: 6,
          answerDimension: 6,
          sizes: { train: 400, validation: 40, test: 300, ood: 100 },
        },
      },
      acquisition: { policy: 'random', name, initial: 20, batch: 10 },
      posterior: {
        type: 'deep-ensemble',
        members: 2,
        head: { layers: [16], init: 'xavier_normal' },
        training: { lr: 0.01, epochs: 3, evalEvery: 5 },
      },
      output: { dir: directory },
    },
    () => 'bench/null-simulation.ts',
  );

/** A ledger that is kept in memory: the runs are not resumed. */
function memoryLog(): EventLog {
  const events: RunEvent[] = [];
  return {
    events: () => events,
    append: (event) => {
      const whole = { ...event, seq: events.length, time: '', seconds: null } as RunEvent;
      events.push(whole);
      return whole;
    },
    verify: () => undefined,
    close: () => undefined,
  };
}

async function runOnce(config: ExperimentConfig, workbench: Workbench): Promise<RunRecord> {
  const problem = await workbench.prepare(config);
  const log = memoryLog();
  await runSteps({
    config,
    problem,
    model: createRoundModel({ config, problem, workbench, ownModel: null }),
    oracle: createDatasetOracle({ ...problem.pool, answerOf: (_id, label) => label }),
    log,
    diagnose: { splits: () => Promise.resolve(), batch: () => Promise.resolve() },
    signal: new AbortController().signal,
    seconds: () => 0,
    observe: () => undefined,
    note: () => undefined,
    reviewAnswers: () => undefined,
  });
  return recordOf(config, log.events());
}

/** Verdicts on the log-likelihood of one comparison, by split. */
async function compareOnce(index: number, workbench: Workbench): Promise<Record<string, string>> {
  const records: RunRecord[] = [];
  for (let seed = index * seeds; seed < (index + 1) * seeds; seed++) {
    for (const name of ['random', 'also-random']) records.push(await runOnce(configOf(seed, name), workbench));
  }
  const { results } = compareRuns(records);
  const judged = results.filter(({ metric }) => metric === 'logLikelihood');
  return Object.fromEntries(
    judged.map(({ split, policies }) => [
      split,
      policies.find(({ policy }) => policy === 'also-random')?.againstBaseline?.verdict.answer ?? 'none',
    ]),
  );
}

async function main(): Promise<void> {
  const verdicts: Record<string, string>[] = [];
  let next = 0;
  const lane = async (number: number): Promise<void> => {
    const { worker } = configOf(0, 'random');
    const workbench = openWorkbench({
      worker,
      cacheDir: directory,
      workerLog: join(directory, `worker-${number}.log`),
      calls: join(directory, `calls-${number}.jsonl`),
      work: join(directory, `work-${number}`),
      connectionFile: join(directory, `worker-${number}`, 'connection.json'),
      signal: new AbortController().signal,
      note: (sentence) => void process.stderr.write(`${sentence}\n`),
    });
    for (let index = next++; index < comparisons; index = next++) {
      verdicts.push(await compareOnce(index, workbench));
      if (verdicts.length % 50 === 0) process.stderr.write(`${verdicts.length} of ${comparisons}\n`);
    }
    await workbench.close();
  };
  await Promise.all(Array.from({ length: lanes }, (_value, number) => lane(number)));
  for (const split of Object.keys(verdicts[0] ?? {})) {
    const count = (word: string): number => verdicts.filter((verdict) => verdict[split] === word).length;
    const share = (word: string): string => `${((100 * count(word)) / verdicts.length).toFixed(1)} %`;
    process.stdout.write(
      `${split}: ${verdicts.length} comparisons of random with itself, ${seeds} seeds each: yes ${share('yes')}, no ${share('no')}, undecided ${share('undecided')}\n`,
    );
  }
}

try {
  await main();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
