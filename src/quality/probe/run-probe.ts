import type { Dataset } from '../../data/dataset.ts';
import type { Labels } from '../../data/labels.ts';
import type { SplitLabels } from '../../data/read-labels.ts';
import { sidesOf } from '../../data/sides-of.ts';
import { withOwnWorker } from '../../features/own-worker.ts';
import type { StoredMatrix } from '../matrix.ts';
import type { Skipped } from '../skipped.ts';
import type { MatrixSurvey } from '../survey-matrix.ts';
import { fitProbe } from './fit-probe.ts';
import { judgeProbe, type ProbeVerdict } from './judge-probe.ts';
import { measureProbe, type ProbeMeasure } from './measure-probe.ts';
import { drawPairs, holdOut, type ProbePairs } from './probe-pairs.ts';
import { type ProbeStore, writeProbeStore } from './probe-store.ts';

/** What a linear head learned. */
export interface ProbeResult {
  /** Pairs it learned from. */
  readonly train: ProbeMeasure;
  /** Pairs it never saw. */
  readonly validation: ProbeMeasure;
  /** Pairs of other prompts of the train split that chose rate and time to stop. */
  readonly heldOut: number;
  readonly rate: number;
  readonly steps: number;
  readonly verdict: ProbeVerdict;
}

export interface ProbeOptions {
  readonly dataset: Dataset;
  readonly labels: SplitLabels;
  readonly responses: StoredMatrix;
  readonly survey: Pick<MatrixSurvey, 'means' | 'deviations'>;
  readonly train: string;
  readonly validation: string;
  readonly python: string;
  readonly signal: AbortSignal;
}

/** Pairs of a split at most. */
const MOST = { train: 8192, validation: 4096 } as const;
/** Fewer pairs or prompts than this say nothing. */
const LEAST = { pairs: 20, prompts: 5 } as const;

/** Learns a linear reward head from the train split in a worker of its own and measures it on both. @throws WorkerFailure */
export async function runProbe(options: ProbeOptions): Promise<ProbeResult | Skipped> {
  const train = pairsOf(options.train, MOST.train, options);
  const validation = pairsOf(options.validation, MOST.validation, options);
  if ('skipped' in train) return train;
  if ('skipped' in validation) return validation;
  const store = await writeProbeStore(options.responses, options.survey, new Set([...train.rows, ...validation.rows]));
  try {
    return await learn({ train, validation, store }, options);
  } finally {
    await store.remove();
  }
}

function pairsOf(name: string, most: number, { dataset, labels }: ProbeOptions): ProbePairs | Skipped {
  const split = dataset.splits.get(name);
  if (split === undefined) return { skipped: `the dataset has no split '${name}'` };
  const pairs = drawPairs(split, sidesOf(labels.get(name) as Labels), most);
  const prompts = new Set(pairs.prompts).size;
  if (pairs.available >= LEAST.pairs && prompts >= LEAST.prompts) return pairs;
  const found = `split '${name}' has ${pairs.available} labelled pairs of ${prompts} prompts`;
  return { skipped: `${found}, at least ${LEAST.pairs} of ${LEAST.prompts} are needed` };
}

interface ProbeInput {
  readonly train: ProbePairs;
  readonly validation: ProbePairs;
  readonly store: ProbeStore;
}

/** One thread on the processor, so that the same store gives the same numbers everywhere. */
const learn = ({ train, validation, store }: ProbeInput, options: ProbeOptions): Promise<ProbeResult> =>
  withOwnWorker({ python: options.python, device: 'cpu', threads: 1, signal: options.signal }, async (worker) => {
    const { kept, heldOut } = holdOut(train);
    const fit = { store, columns: options.responses.columns, labelled: kept, heldOut };
    const probe = await fitProbe(fit, worker, options.signal);
    const onTrain = measureProbe(await probe.predict(kept), kept);
    const onValidation = measureProbe(await probe.predict(validation), validation);
    return {
      train: onTrain,
      validation: onValidation,
      heldOut: heldOut.labels.length,
      rate: probe.rate,
      steps: probe.steps,
      verdict: judgeProbe(onValidation),
    };
  });
