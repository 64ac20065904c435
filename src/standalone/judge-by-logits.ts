import type { MeasureName, SampleSource } from '../acquisition/policy.ts';
import { type BalpmError, dataError, usageError } from '../base/errors.ts';
import { computeMeasures } from '../measures/compute-measures.ts';
import { isSampleMeasure, SAMPLE_MEASURES } from '../measures/index.ts';
import type { Tensor } from '../worker/tensors/tensor.ts';

/** Samples of a posterior over N items, and who asks. */
export interface LogitsOfItems {
  /** Logits r(a) − r(b), float32 samples × N, in the place of scores. */
  readonly logits: Tensor;
  /** What every item's logits are multiplied by (N); null: nothing. */
  readonly scales: Float64Array | null;
  readonly pool: Int32Array;
  readonly size: number;
  readonly policy: string;
}

/** What a policy sees of a posterior: measures of the pool, and its samples. */
export interface Judgement {
  readonly measures: Readonly<Partial<Record<MeasureName, Float64Array>>>;
  readonly samples: SampleSource;
}

/**
 * The measures a policy asks for, from logits; those of items outside the pool are not looked at unless it asks for them.
 * @throws BalpmError (usage) for a measure that samples do not tell; (data) when the logits are not samples × N, or one that
 * is looked at is not finite.
 */
export function judgeByLogits(asked: readonly MeasureName[], given: LogitsOfItems): Judgement {
  const { pool, policy } = given;
  const untold = asked.find((name) => !isSampleMeasure(name));
  if (untold !== undefined)
    throw usageError(
      `Cannot use policy '${policy}' on logits: it ranks by ${untold}, one of ${SAMPLE_MEASURES.join(', ')} (or scores) is needed`,
    );
  const columnsAt = readerOf(given);
  const [samples = 0] = given.logits.shape;
  return {
    measures: computeMeasures(columnsAt(pool), samples, asked.filter(isSampleMeasure)),
    samples: {
      samples,
      logits: async (items) => columnsAt(items),
      targetLogits: null,
    },
  };
}

/** Gives the scaled logits of some items, row-major samples × items. */
function readerOf({ logits, scales, size }: LogitsOfItems): (items: Int32Array) => Float32Array {
  const [samples = 0, columns = 0] = logits.shape;
  if (logits.dtype !== 'float32') throw refusal(`they are ${logits.dtype}`, 'float32 is needed');
  if (logits.shape.length !== 2 || samples === 0 || columns !== size || logits.values.length !== samples * size)
    throw refusal(
      `their shape is (${logits.shape.join(', ')}) of ${logits.values.length} numbers`,
      `samples × items, (at least 1, ${size}), is needed`,
    );
  const { values } = logits;
  return (items) => {
    const chosen = new Float32Array(samples * items.length);
    for (let sample = 0; sample < samples; sample++)
      for (let position = 0; position < items.length; position++) {
        const item = items[position]!;
        const logit = values[sample * size + item]! * (scales?.[item] ?? 1);
        if (!Number.isFinite(Math.fround(logit)))
          throw refusal(`item ${item} has ${logit} in sample ${sample}`, 'a finite number is needed');
        chosen[sample * items.length + position] = logit;
      }
    return chosen;
  };
}

const refusal = (found: string, needed: string): BalpmError => dataError(`Cannot use the logits: ${found}, ${needed}`);
