import { availableParallelism } from 'node:os';
import { armName } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { findRunRecords } from '../ledger/read-run-record.ts';
import { loadInputs } from './inputs.ts';
import { prepareProblem } from './problem.ts';

/** What a run would do and cost. */
export interface RunPlan {
  readonly run: string;
  readonly arm: string;
  readonly seed: number;
  readonly rounds: number;
  readonly initial: number;
  readonly batch: number;
  /** Labels acquired in all, and the validation labels charged on top. */
  readonly labels: number;
  readonly validationLabels: number;
  readonly pool: number;
  readonly prompts: number;
  readonly splits: Readonly<Record<string, number>>;
  /** Floating-point operations of training at most (no early stopping), all members. */
  readonly trainingFlop: number;
  /** Median seconds of comparable earlier runs in the same directory, null without any. */
  readonly secondsFromEarlierRuns: number | null;
  readonly processors: number;
}

/** Plans a run without starting anything that costs. */
export async function planRun(config: ExperimentConfig, root: string): Promise<RunPlan> {
  const inputs = await loadInputs(config);
  const { pool, validation, evaluated } = prepareProblem({ config, ...inputs });
  const { initial, batch } = config.acquisition;
  const labels = Math.min(pool.ids.length, initial + (config.rounds - 1) * batch);
  return {
    run: root,
    arm: armName(config),
    seed: config.seed,
    rounds: config.rounds,
    initial,
    batch,
    labels,
    validationLabels: config.validation.charged ? validation.length / 2 : 0,
    pool: pool.ids.length,
    prompts: pool.promptRows.length,
    splits: Object.fromEntries(evaluated.map((split) => [split.name, split.labels.length])),
    trainingFlop: trainingFlop(config, inputs.dimension),
    secondsFromEarlierRuns: await earlierSeconds(config),
    processors: availableParallelism(),
  };
}

/** 6 operations a parameter and answer (forward 2, backward 4), 2 answers a pair, every epoch, member and round. */
function trainingFlop({ rounds, acquisition, posterior }: ExperimentConfig, dimension: number): number {
  const widths = [dimension, ...posterior.head.layers, 1];
  const parameters = widths.slice(1).reduce((sum, width, index) => sum + width * ((widths[index] as number) + 1), 0);
  const pairs = rounds * acquisition.initial + (acquisition.batch * rounds * (rounds - 1)) / 2;
  return 12 * parameters * pairs * posterior.training.epochs * posterior.members;
}

async function earlierSeconds(config: ExperimentConfig): Promise<number | null> {
  const records = await findRunRecords([config.output.dir]).catch(() => []);
  const like = records.filter(
    (record) => record.status === 'done' && record.rounds.length === config.rounds && record.policy === armName(config),
  );
  const totals = like
    .map(({ rounds }) => rounds.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0))
    .sort((a, b) => a - b);
  return totals[Math.floor(totals.length / 2)] ?? null;
}
