import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { armName } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { type FoundRun, surveyRuns } from '../ledger/survey-runs.ts';
import { posteriorOf } from '../posterior/index.ts';
import { previewWorld } from '../synthetic/preview-world.ts';
import { earlierSeconds } from './earlier-seconds.ts';
import { type Inputs, inputsKey, loadInputs } from './inputs.ts';
import { readItemFiles } from './item-files.ts';
import { labelSchedule } from './label-schedule.ts';
import { type Problem, prepareProblem } from './problem.ts';
import { type RunWork, runWork } from './run-work.ts';

/** What a run would do and cost. */
export interface RunPlan {
  readonly run: string;
  readonly arm: string;
  readonly seed: number;
  /** Rounds until the config's last one, or until the pool is empty. */
  readonly rounds: number;
  /** Labels of the first round. */
  readonly initial: number;
  readonly batch: number;
  /** Labels acquired in all, and the validation labels charged on top. */
  readonly labels: number;
  readonly validationLabels: number;
  readonly pool: number;
  readonly prompts: number;
  readonly splits: Readonly<Record<string, number>>;
  /** Floating-point operations of training at most (no early stopping), all heads; null: a model of the user's own. */
  readonly trainingFlop: number | null;
  readonly work: RunWork;
  /** Dimensions of the responses in every store the posterior is fitted on, and what all their features take as float32. */
  readonly dimensions: readonly number[];
  readonly featureMiB: number;
  /** Median seconds of comparable earlier runs below the same directory, null without any. */
  readonly secondsFromEarlierRuns: number | null;
  /** Earlier runs that could not be read, each with the reason. */
  readonly damagedRuns: readonly string[];
  readonly processors: number;
}

/** Plans a run: starts nothing and writes nothing. @throws BalpmError when the run would be refused. */
export async function planRun(config: ExperimentConfig, root: string): Promise<RunPlan> {
  const [plan] = await planRuns([{ config, root }]);
  return plan as RunPlan;
}

/** Plans several runs, reading their data and the runs before them once. */
export async function planRuns(
  runs: readonly { readonly config: ExperimentConfig; readonly root: string }[],
): Promise<RunPlan[]> {
  const inputs = new Map<string, Promise<Inputs>>();
  const earlier = new Map<string, Promise<FoundRun[]>>();
  const plans: RunPlan[] = [];
  for (const { config, root } of runs) {
    const read = await recall(inputs, inputsKey(config), () => readInputs(config));
    const found = await recall(earlier, config.output.dir, () => readEarlierRuns(config.output.dir));
    plans.push(describePlan(config, root, { inputs: read, found }));
  }
  return plans;
}

async function recall<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>) {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/** A synthetic world is made in memory, so that planning leaves nothing behind. */
async function readInputs(config: ExperimentConfig): Promise<Inputs> {
  if (config.data.type === 'directory') return loadInputs(config);
  const world = previewWorld(config.data.world);
  const itemFiles = await readItemFiles(config, world.dataset);
  return { ...world, store: { path: '', id: '' }, memberStores: [], itemFiles };
}

const readEarlierRuns = async (directory: string): Promise<FoundRun[]> =>
  existsSync(directory) ? surveyRuns(directory) : [];

function describePlan(
  config: ExperimentConfig,
  root: string,
  { inputs, found }: { readonly inputs: Inputs; readonly found: readonly FoundRun[] },
): RunPlan {
  const problem = prepareProblem({ config, ...inputs });
  const schedule = labelSchedule(config, problem.pool.ids.length);
  const dimensions = dimensionsOf(config, inputs);
  return {
    run: root,
    arm: armName(config),
    seed: config.seed,
    rounds: schedule.length,
    initial: schedule[0] as number,
    batch: config.acquisition.batch,
    labels: schedule.at(-1) as number,
    ...sizesOf(config, problem),
    trainingFlop: trainingFlop(config, dimensions, schedule),
    work: runWork(config, problem, schedule),
    dimensions,
    featureMiB: (4 * inputs.dataset.manifest.counts.responses * Math.max(...dimensions)) / 2 ** 20,
    secondsFromEarlierRuns: earlierSeconds(found, config, problem),
    damagedRuns: found.flatMap((run) => ('problem' in run ? [run.problem] : [])),
    processors: availableParallelism(),
  };
}

function sizesOf({ validation }: ExperimentConfig, problem: Problem) {
  return {
    validationLabels: validation.charged ? problem.validation.length / 2 : 0,
    pool: problem.pool.ids.length,
    prompts: problem.pool.promptRows.length,
    splits: Object.fromEntries(problem.evaluated.map(({ name, labels }) => [name, labels.length])),
  };
}

/** 6 operations a parameter and answer (forward 2, backward 4), 2 answers a pair, every epoch, head and round. */
function trainingFlop(
  { posterior }: ExperimentConfig,
  dimensions: readonly number[],
  schedule: readonly number[],
): number | null {
  const heads = posteriorOf(posterior.type).heads(posterior);
  if (heads === null) return null;
  const parameters = dimensions.reduce(
    (sum, dimension) => sum + parametersOf([dimension, ...posterior.head.layers, 1]),
    0,
  );
  const pairs = schedule.reduce((sum, labels) => sum + labels, 0);
  return 12 * parameters * pairs * posterior.training.epochs * heads;
}

const parametersOf = (widths: readonly number[]): number =>
  widths.slice(1).reduce((sum, width, index) => sum + width * ((widths[index] as number) + 1), 0);

const dimensionsOf = ({ posterior }: ExperimentConfig, { dimension, memberStores }: Inputs): number[] =>
  posterior.type === 'cross-backbone' ? memberStores.map((member) => member.dimension) : [dimension];
