import type { PolicyContext, PolicyNeeds } from '../acquisition/policy.ts';
import { messageOf } from '../base/errors.ts';
import { type AnswerLengths, answerLengths } from '../diagnostics/answer-lengths.ts';
import { batchDiagnostic } from '../diagnostics/batch-diagnostic.ts';
import type { DiagnosticsFile } from '../diagnostics/diagnostics-file.ts';
import { type SplitDiagnostic, splitDiagnostic } from '../diagnostics/split-diagnostic.ts';
import { uncertaintyWarning } from '../diagnostics/uncertainty-warning.ts';
import { itemErrors } from '../evaluation/metrics/item-errors.ts';
import { measureValues } from '../evaluation/metrics/measure-values.ts';
import { sampleStatistics } from '../measures/sample-statistics.ts';
import { uncertaintyOf } from '../measures/uncertainty-of.ts';
import type { Prediction } from './model/round-model.ts';
import { poolQuantities } from './pool-quantities.ts';
import { columnOf } from './problem/pool-columns.ts';
import type { Problem } from './problem/problem.ts';
import type { EvaluatedSplit } from './problem/seen-split.ts';
import type { Workbench } from './workbench.ts';

/** What the predictions of a round and the choice of a batch tell of the policy; it changes nothing of the run. */
export interface Diagnoser {
  /** Judges what the posterior of a round said of the evaluated splits. */
  readonly splits: (round: number, judged: readonly JudgedSplit[], needs: PolicyNeeds) => Promise<void>;
  /** Judges the picks (positions in the context's pool) of a batch. */
  readonly batch: (context: PolicyContext, picks: Int32Array) => Promise<void>;
}

/** A split of the dataset and what the posterior said of its pairs. */
export interface JudgedSplit {
  readonly split: EvaluatedSplit;
  readonly predicted: Prediction;
}

/** What a diagnoser works with. */
export interface DiagnoserParts {
  readonly problem: Problem;
  readonly workbench: Workbench;
  readonly file: DiagnosticsFile;
  readonly note: (sentence: string) => void;
}

/** Opens the diagnoser of a run; distances and lengths are asked for once, a warning is told once. */
export function createDiagnoser({ problem, workbench, file, note }: DiagnoserParts): Diagnoser {
  let isWarned = false;
  let lengths: Promise<AnswerLengths | null> | undefined;
  const distancesOf = (pairs?: Int32Array) => workbench.pairDistances(problem, problem.store, pairs);
  return {
    splits: async (round, judged, needs) => {
      const splits: Record<string, SplitDiagnostic> = {};
      for (const { split, predicted } of judged) {
        splits[split.name] = diagnose(split, predicted, await distancesOf(split.pairs));
      }
      const [first] = judged;
      if (first === undefined) return;
      const uncertainty = uncertaintyOf(first.predicted.measures)?.name ?? 'epistemic';
      file.append({ type: 'splits', round, uncertainty, splits });
      const warning = seeksUncertainty(needs) && !isWarned ? uncertaintyWarning(splits) : null;
      if (warning === null) return;
      isWarned = true;
      note(`warning: in round ${round + 1} ${warning.charAt(0).toLowerCase()}${warning.slice(1)}`);
    },
    batch: async (context, picks) => {
      if (picks.length === 0) return;
      lengths ??= answerLengths(problem.dataset, problem.pool.ids).catch((error: unknown) => {
        note(`Lengths of answers are left out of what is told of batches: ${messageOf(error)}`);
        return null;
      });
      const all = await distancesOf();
      const uncertainty = uncertaintyOf(context.measures);
      const batch = batchDiagnostic({
        picks,
        distances: Float64Array.from(context.pool, (item) => all[item]!),
        uncertainty: uncertainty?.values ?? null,
        others: poolQuantities(context, problem, await lengths),
      });
      file.append({ type: 'batch', round: context.round, uncertainty: uncertainty?.name ?? null, batch });
    },
  };
}

function diagnose({ labels }: EvaluatedSplit, predicted: Prediction, distances: Float64Array): SplitDiagnostic {
  const statistics = sampleStatistics(predicted.logits, predicted.samples);
  const uncertainty = uncertaintyOf(predicted.measures)?.values ?? measureValues(statistics, 'epistemic');
  return splitDiagnostic({ uncertainty, errors: itemErrors(statistics, labels.probabilities).brier, distances });
}

/** Whether a policy ranks by something the posterior says. */
const seeksUncertainty = ({ measures, samples }: PolicyNeeds): boolean =>
  samples || measures.some((measure) => columnOf(measure) === null);
