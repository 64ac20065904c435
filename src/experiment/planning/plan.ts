import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createPolicy } from '../../acquisition/create-policy.ts';
import { remember } from '../../base/remember.ts';
import { hashOf } from '../../base/text/canonical-json.ts';
import { armName, policyOptions } from '../../config/arm.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { surveyRuns } from '../../ledger/survey-runs.ts';
import { labelSchedule } from '../../loop/label-schedule.ts';
import { trainingsOfRound } from '../../loop/model/trainings-of-round.ts';
import { assertServed } from '../../loop/problem/assert-served.ts';
import { describeRun } from '../../loop/problem/identity.ts';
import { type Inputs, inputsKey } from '../../loop/problem/inputs.ts';
import { type Problem, prepareProblem } from '../../loop/problem/problem.ts';
import type { HeadSettings } from '../../posterior/head-settings.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { settled } from '../../posterior/settled.ts';
import { storesOf } from '../../posterior/stores-of.ts';
import { earlierSeconds } from '../cost/earlier-seconds.ts';
import { settleConfig } from '../settle-config.ts';
import { type PlanInputs, readPlanInputs } from './plan-inputs.ts';
import { predictionMiB } from './prediction-memory.ts';
import { type RunDisk, runDisk } from './run-disk.ts';
import { type RunWork, runWork } from './run-work.ts';
import { withSettings } from './with-settings.ts';

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
  /** Head and training, those settled by the features included. */
  readonly settings: HeadSettings;
  /** Dimensions of the responses in every store the posterior is fitted on, and what all their features take as float32. */
  readonly dimensions: readonly number[];
  readonly featureMiB: number;
  /** What predictions take beside them. */
  readonly predictionMiB: number;
  /** What the prompt features take as float32 while their neighbours are looked for; 0 where the policy needs none. */
  readonly promptMiB: number;
  readonly disk: RunDisk;
  /** The feature stores and what they take on disk; runs on the same stores share them. */
  readonly stores: PlanInputs['stores'];
  /** Paths of data that are not there yet and count by their known sizes, and those of them whose size is a guess. */
  readonly absent: readonly string[];
  readonly guessed: readonly string[];
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

/**
 * Plans several runs: their data and the runs before them are read once, and runs that differ in policy and seed alone are
 * counted once, by the pool that the first of their seeds draws.
 */
export async function planRuns(
  runs: readonly { readonly config: ExperimentConfig; readonly root: string }[],
): Promise<RunPlan[]> {
  const inputs = new Map<string, Promise<PlanInputs>>();
  const earlier = new Map<string, Promise<Earlier>>();
  const counted = new Map<string, Promise<Counted>>();
  const plans: RunPlan[] = [];
  for (const { config, root } of runs) {
    const read = await remember(inputs, inputsKey(config), () => readPlanInputs(config));
    const found = await remember(earlier, config.output.dir, () => readEarlierRuns(config.output.dir));
    const count = await remember(counted, countedKey(config), async () => countProblem(config, read));
    assertServed(config, count.served);
    plans.push(describePlan(config, root, { inputs: read, found, count }));
  }
  return plans;
}

interface Earlier {
  readonly secondsOf: ReturnType<typeof earlierSeconds>;
  readonly damaged: readonly string[];
}

async function readEarlierRuns(directory: string): Promise<Earlier> {
  const found = existsSync(directory) ? await surveyRuns(directory) : [];
  return {
    secondsOf: earlierSeconds(found),
    damaged: found.flatMap((run) => ('problem' in run ? [run.problem] : [])),
  };
}

/** What is counted of a run whatever its policy and seed. */
interface Counted {
  readonly served: Parameters<typeof assertServed>[1];
  readonly facts: ReturnType<typeof describeRun>;
  readonly plan: Pick<
    RunPlan,
    | 'rounds'
    | 'initial'
    | 'labels'
    | 'validationLabels'
    | 'pool'
    | 'prompts'
    | 'splits'
    | 'trainingFlop'
    | 'work'
    | 'settings'
    | 'dimensions'
    | 'featureMiB'
    | 'predictionMiB'
    | 'disk'
  >;
}

function countedKey(config: ExperimentConfig): string {
  const { initial, batch } = config.acquisition;
  const { splits, validation, posterior, rounds, oracle, labels } = config;
  return hashOf({
    inputs: inputsKey(config),
    splits,
    validation,
    posterior,
    rounds,
    initial,
    batch,
    oracle: oracle.type,
    labels,
  });
}

function countProblem(given: ExperimentConfig, inputs: PlanInputs): Counted {
  const problem = prepareProblem({ config: given, ...inputs });
  const config = settleConfig(given, inputs, problem.pool.ids.length);
  const schedule = labelSchedule(config, problem.pool.ids.length);
  const dimensions = dimensionsOf(config, inputs);
  const { responses } = inputs.dataset.manifest.counts;
  const sizes = sizesOf(config, problem);
  return {
    served: {
      items: sizes.pool,
      prompts: sizes.prompts,
      columns: problem.columns,
      read: inputs.itemFiles.columns,
      evaluatesSplits: problem.evaluated.length > 0,
    },
    facts: describeRun(config, problem),
    plan: {
      rounds: schedule.length,
      initial: schedule[0] as number,
      labels: schedule.at(-1) as number,
      ...sizes,
      trainingFlop: trainingFlop(config, dimensions, schedule),
      work: runWork(config, problem, schedule),
      settings: settled(config.posterior),
      dimensions,
      featureMiB: (4 * responses * dimensions.reduce((sum, dimension) => sum + dimension, 0)) / 2 ** 20,
      predictionMiB: predictionMiB(config, responses, dimensions),
      disk: runDisk(
        { rounds: schedule.length, labels: schedule.at(-1) as number, parameters: parametersIn(config, dimensions) },
        problem,
      ),
    },
  };
}

function describePlan(
  config: ExperimentConfig,
  root: string,
  { inputs, found, count }: { readonly inputs: PlanInputs; readonly found: Earlier; readonly count: Counted },
): RunPlan {
  const { needs } = createPolicy(config.acquisition.policy, policyOptions(config));
  const { plan } = count;
  return {
    run: root,
    arm: armName(config),
    seed: config.seed,
    batch: config.acquisition.batch,
    ...plan,
    promptMiB: needs.neighbours > 0 ? (4 * plan.prompts * inputs.promptDimension) / 2 ** 20 : 0,
    stores: distinctStores(inputs.stores),
    absent: inputs.absent,
    guessed: inputs.guessed,
    secondsFromEarlierRuns: found.secondsOf(withSettings(config, plan.settings), count.facts),
    damagedRuns: found.damaged,
    processors: availableParallelism(),
  };
}

function sizesOf({ validation }: ExperimentConfig, problem: Problem) {
  return {
    validationLabels: validation.charged ? problem.validationLabels : 0,
    pool: problem.pool.ids.length,
    prompts: problem.pool.promptRows.length,
    splits: Object.fromEntries(problem.evaluated.map(({ name, pairs }) => [name, pairs.length / 2])),
  };
}

/** 6 operations a parameter and answer (forward 2, backward 4), 2 answers a pair, every epoch, head and round. */
function trainingFlop(
  config: ExperimentConfig,
  dimensions: readonly number[],
  schedule: readonly number[],
): number | null {
  const parameters = parametersIn(config, dimensions);
  const pairs = schedule.reduce((sum, labels, round) => sum + labels * trainingsOfRound(config, round), 0);
  return parameters === null ? null : 12 * parameters * pairs * settled(config.posterior).training.epochs;
}

/** Of all heads on all stores; null: a model of the user's own. */
function parametersIn({ posterior }: ExperimentConfig, dimensions: readonly number[]): number | null {
  const heads = posteriorOf(posterior.type).heads(posterior);
  if (heads === null) return null;
  const widthsOf = (dimension: number) => [dimension, ...settled(posterior).head.layers, 1];
  return heads * dimensions.reduce((sum, dimension) => sum + parametersOf(widthsOf(dimension)), 0);
}

const parametersOf = (widths: readonly number[]): number =>
  widths.slice(1).reduce((sum, width, index) => sum + width * ((widths[index] as number) + 1), 0);

const dimensionsOf = ({ posterior }: ExperimentConfig, { dimension, memberStores }: Inputs): readonly number[] =>
  storesOf(
    posterior.type,
    dimension,
    memberStores.map((member) => member.dimension),
  );

/** A member's store may be the main one. */
const distinctStores = (stores: PlanInputs['stores']): PlanInputs['stores'] => [
  ...new Map(stores.map((store) => [store.path, store])).values(),
];
