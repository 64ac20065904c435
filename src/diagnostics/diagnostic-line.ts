import { z } from 'zod';
import { UNCERTAINTIES } from '../measures/uncertainty-of.ts';
import { BatchDiagnostic } from './batch-diagnostic.ts';
import { SplitDiagnostic } from './split-diagnostic.ts';

/** Which number of a pair stands for uncertainty. */
const Uncertainty = z.enum(UNCERTAINTIES);

/** A line of `diagnostics.jsonl`: the evaluated splits of a measured round, or the batch of a round against its pool. */
export const DiagnosticLine = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('splits'),
    round: z.int().min(0),
    uncertainty: Uncertainty,
    splits: z.record(z.string(), SplitDiagnostic),
  }),
  z.strictObject({
    type: z.literal('batch'),
    round: z.int().min(1),
    uncertainty: Uncertainty.nullable(),
    batch: BatchDiagnostic,
  }),
]);
export type DiagnosticLine = z.infer<typeof DiagnosticLine>;

/** The lines of one type. */
export type LineOf<Type extends DiagnosticLine['type']> = Extract<DiagnosticLine, { type: Type }>;
