import { z } from 'zod';
import { Probability, Weight } from '../data/label.ts';
import { SplitMetrics } from '../evaluation/metrics/split-metrics.ts';
import { NoiseReport } from '../protocol/noise-models.ts';
import { ControlSlice } from './control-slice.ts';

const envelope = { seq: z.int().min(0), time: z.string(), seconds: z.number().min(0).nullable() };
const Answers = z.string().regex(/^[abt]*$/);

/** The run was created from this configuration and data. Hashes, not paths, so that a moved run stays the same run. */
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
  /** Hashes of the user's columns and groups; left out if there are none. */
  columnsHash: z.string().optional(),
  groupsHash: z.string().optional(),
  seed: z.int(),
  rounds: z.int().min(1),
  pool: z.int().min(0),
  validation: z.int().min(0),
});

/** Items selected for labelling before round `round` is trained; round 0 is the initial set. */
const BatchSelected = z.strictObject({
  ...envelope,
  type: z.literal('batch.selected'),
  round: z.int().min(0),
  policy: z.string(),
  ids: z.array(z.string()),
  scores: z.array(z.number().nullable()),
  terms: z.record(z.string(), z.array(z.number().nullable())),
  /**
   * Inclusion probabilities, given the earlier picks: of control items in the slice, of picks from the items that the
   * slice left. Absent if the policy has none. A function of the other fields.
   */
  inclusion: z.array(z.number().min(0).max(1)).optional(),
  uniquePrompts: z.int().min(0),
  uniquePromptsSoFar: z.int().min(0),
  /** The first ids, drawn at random before the policy selected the rest; absent without acquisition.control. */
  control: ControlSlice.optional(),
});

/**
 * Labels of the batch of `round`, one letter per item (a, b, t for a tie) in the order of its `batch.selected`.
 * `probabilities` that a is preferred are absent if every label is a side, `weights` if all are 1.
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
    { path: ['answers'], message: 'expected one letter for each probability and weight' },
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
  /** The exponent of the noise model, one per store that the posterior is fitted on; absent under constant noise. */
  noise: z.array(NoiseReport).optional(),
  /** Share of squared logits that is due to form, over the labelled pairs; absent if the reward has no covariates. */
  covariateShare: z.number().min(0).max(1).optional(),
});

/** The last round was measured, or the pool is empty. */
const RunFinished = z.strictObject({
  ...envelope,
  type: z.literal('run.finished'),
  reason: z.enum(['rounds', 'pool-exhausted']),
  rounds: z.int().min(0),
  labels: z.int().min(0),
});

/** An event, the only content of the ledger; the state of a run is the fold of its events. */
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
