import type { z } from 'zod';
import { posteriorFit } from '../../protocol/operations/posterior-fit.ts';
import { posteriorPredict } from '../../protocol/operations/posterior-predict.ts';
import type { WorkerClient } from '../../worker/client.ts';
import { int32Tensor, valuesOf } from '../../worker/tensors/tensor.ts';
import type { ProbePairs } from './probe-pairs.ts';
import type { ProbeStore } from './probe-store.ts';

/** A linear head that was learned, and what it says. */
export interface FittedProbe {
  /** Rate that was best on the held-out pairs, times the number of dimensions. */
  readonly rate: number;
  /** Steps after which the head was best there. */
  readonly steps: number;
  /** r(a) − r(b) of some pairs, in their order. */
  readonly predict: (pairs: ProbePairs) => Promise<Float32Array>;
}

export interface ProbeFit {
  readonly store: ProbeStore;
  readonly columns: number;
  /** Pairs the head learns from. */
  readonly labelled: ProbePairs;
  /** Pairs that tell when to stop, and which rate is best. */
  readonly heldOut: ProbePairs;
}

/** A step moves a reward by about rate/D × D, so that rates over the number of dimensions suit every dimension. */
const RATES = [0.03, 0.1, 0.3, 1, 3] as const;
const STEPS = 1000;
const BATCH = 32;
const LINEAR = { activation: 'tanh', init: 'normal', initScale: 0 } as const;
const TRAINING = {
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weightDecay: 0,
  clipNorm: 1e9,
  warmupSteps: 5,
  batch: BATCH,
  evalEvery: 20,
  patience: 10,
} as const;

/** Fits a linear head, which starts at zero, by each of five rates and keeps the best. @throws WorkerFailure */
export async function fitProbe(fit: ProbeFit, worker: WorkerClient, signal: AbortSignal): Promise<FittedProbe> {
  const fits = [];
  for (const rate of RATES) fits.push(await fitAt(rate, fit, worker, signal));
  const best = fits.reduce((least, one) => (one.loss < least.loss ? one : least));
  const predict = async (pairs: ProbePairs): Promise<Float32Array> => {
    const tensors = { pairs: pairTensor(pairs, fit.store, () => true) };
    const answer = await worker.call(posteriorPredict, { posterior: best.posterior }, tensors, { signal });
    return valuesOf(answer.tensors, 'logits', 'float32');
  };
  return { rate: best.rate, steps: best.steps, predict };
}

async function fitAt(rate: number, fit: ProbeFit, worker: WorkerClient, signal: AbortSignal) {
  const { store, columns, labelled, heldOut } = fit;
  const batches = Math.ceil(labelled.labels.length / BATCH);
  const params: z.input<typeof posteriorFit.params> = {
    store: store.ref,
    kind: { type: 'deep-ensemble', members: 1, initialisation: 'paper' },
    noise: { type: 'constant' },
    folds: null,
    ties: 0,
    head: { ...LINEAR, layers: [] },
    training: { ...TRAINING, lr: rate / columns, epochs: Math.ceil(STEPS / batches) },
    seed: 0,
    round: 0,
  };
  const tensors = {
    labelled: pairTensor(labelled, store, (pair) => labelled.labels[pair] === 1),
    validation: pairTensor(heldOut, store, (pair) => heldOut.labels[pair] === 1),
  };
  const { data } = await worker.call(posteriorFit, params, tensors, { signal });
  const { bestLoss, bestStep } = data.members[0]!;
  return { rate, posterior: data.posterior, loss: bestLoss ?? Number.POSITIVE_INFINITY, steps: bestStep };
}

/** Rows (a, b) where `isInOrder`, else (b, a), in the probe's store. */
function pairTensor({ rows, labels }: ProbePairs, { rowOf }: ProbeStore, isInOrder: (pair: number) => boolean) {
  const own = Int32Array.from(rows, (row) => rowOf.get(row) as number);
  const values = Int32Array.from(own, (_row, at) => own[isInOrder(at >> 1) ? at : at ^ 1]!);
  return int32Tensor(values, [labels.length, 2]);
}
