import { z } from 'zod';
import { Probability, Weight } from '../data/label.ts';
import { SplitMetrics } from '../evaluation/metrics/split-metrics.ts';
import { NoiseReport } from '../protocol/noise-models.ts';
import { ControlSlice } from './control-slice.ts';

const envelope = { seq: z.int().min(0), time: z.string(), seconds: z.number().min(0).nullable() };
const Answers = z.string().regex(/^[abt]*$/);

/** The run exists: what it is made of. Hashes, not paths, so that a moved run stays the same run. */
const RunStarted = z.strictObject({
  ...envelope,
  type: z.literal('run.started'),
  schemaVersion: z.literal(1),
  configHash: z.string(),
  datasetHash: z.string(),
  labelsHash: z.string().nullable(),
  storeId: z.string(),
  /** Stores of a posterior that is fitted on several, in the order of its members; absent for others. */
  memberStoreIds: z.array(z.string()).optional(),
  /** Columns and groups of the user's; left out where there are none. */
  columnsHash: z.string().optional(),
  groupsHash: z.string().optional(),
  seed: z.int(),
  rounds: z.int().min(1),
  pool: z.int().min(0),
  validation: z.int().min(0),
});

/** Items chosen to be labelled before round `round` is trained; round 0 is the random initial set. */
const BatchSelected = z.strictObject({
  ...envelope,
  type: z.literal('batch.selected'),
  round: z.int().min(0),
  policy: z.string(),
  ids: z.array(z.string()),
  scores: z.array(z.number().nullable()),
  terms: z.record(z.string(), z.array(z.number().nullable())),
  /**
   * How likely each item was to be drawn, given what was before: of control items into the slice, of picks from what the
   * slice left. Absent where the policy knows none. A function of the rest.
   */
  inclusion: z.array(z.number().min(0).max(1)).optional(),
  uniquePrompts: z.int().min(0),
  uniquePromptsSoFar: z.int().min(0),
  /** The first ids, drawn at random before the policy chose the rest; absent without acquisition.control. */
  control: ControlSlice.optional(),
});

/**
 * Answers to the batch of `round`, one letter an item (a, b, t for a tie) in the order of its `batch.selected`.
 * `probabilities` that a is preferred are absent where every answer is a side, `weights` where all are 1.
 */
const LabelsReceived = z
  .strictObject({
    ...envelope,
    type: z.literal('labels.received'),
    round: z.int().min(0),
    answers: Answers,
    probabilities: z.array(Probability).exactOptional(),
    weights: z.array(Weight).exactOptional(),
  })
  .refine(
    ({ answers, probabilities, weights }) =>
      [probabilities, weights].every((values) => values === undefined || values.length === answers.length),
    { path: ['answers'], message: 'one letter for each probability and weight' },
  );

/** The posterior of `round` was trained on every label so far and measured. `labels` excludes validation labels. */
const RoundMeasured = z.strictObject({
  ...envelope,
  type: z.literal('round.measured'),
  round: z.int().min(0),
  labels: z.int().min(0),
  labelsCharged: z.int().min(0),
  splits: z.record(z.string(), SplitMetrics),
  members: z.array(
    z.strictObject({
      stopStep: z.int(),
      bestStep: z.int(),
      bestLoss: z.number().nullable(),
      stoppedEarly: z.boolean(),
    }),
  ),
  /** The exponent of the noise model, one a store the posterior is fitted on; absent under constant noise. */
  noise: z.array(NoiseReport).optional(),
  /** Squared logits by form over squared logits by form and those by features, of the labelled pairs; absent where the reward does not see it. */
  covariateShare: z.number().min(0).max(1).optional(),
});

/** The last round was measured, or the pool ran out. */
const RunFinished = z.strictObject({
  ...envelope,
  type: z.literal('run.finished'),
  reason: z.enum(['rounds', 'pool-exhausted']),
  rounds: z.int().min(0),
  labels: z.int().min(0),
});

/** The ledger's only content; the state of a run is the fold of its events. */
export const RunEvent = z.discriminatedUnion('type', [
  RunStarted,
  BatchSelected,
  LabelsReceived,
  RoundMeasured,
  RunFinished,
]);
export type RunEvent = z.infer<typeof RunEvent>;

type WithoutEnvelope<E> = E extends RunEvent ? Omit<E, 'seq' | 'time' | 'seconds'> : never;
/** An event before the ledger gives it a number and a time. */
export type NewEvent = WithoutEnvelope<RunEvent>;
