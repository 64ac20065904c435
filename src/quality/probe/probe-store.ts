import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryDirectory } from '../../base/files/temporary-directory.ts';
import { writeStore } from '../../features/store/store.ts';
import type { StoreRef } from '../../protocol/shapes.ts';
import { readRows, type StoredMatrix } from '../matrix.ts';
import type { MatrixSurvey } from '../survey-matrix.ts';

/** Response features a linear head learns from at one rate whatever their scale. */
export interface ProbeStore {
  readonly ref: StoreRef;
  /** The row of the probe's store that a row of the whole store has. */
  readonly rowOf: ReadonlyMap<number, number>;
  readonly remove: () => Promise<void>;
}

/** Standard deviations a value may lie from its mean. */
const CLIP = 10;

/**
 * Writes some response rows, standardised, as a store of their own: each dimension less its mean over all rows, divided
 * by its standard deviation, at most 10 either way; what does not vary is 0. So a worker holds these rows alone.
 */
export async function writeProbeStore(
  responses: StoredMatrix,
  { means, deviations }: Pick<MatrixSurvey, 'means' | 'deviations'>,
  rows: ReadonlySet<number>,
): Promise<ProbeStore> {
  const wanted = [...rows].toSorted((left, right) => left - right);
  const directory = makeTemporaryDirectory('probe');
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const values = standardise(await readRows(responses, wanted), means, deviations);
    const path = join(directory, 'store');
    const { id } = await writeStore(path, {
      dataset: { name: 'probe', hash: '0'.repeat(64), counts: { items: 0, prompts: 0, responses: wanted.length } },
      source: { type: 'probe' },
      prompts: { values: new Float32Array(0), dimension: 1 },
      responses: { values, dimension: responses.columns },
      splits: new Map(),
    });
    return { ref: { path, id }, rowOf: new Map(wanted.map((row, index) => [row, index])), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** In place: the rows were read for this alone. */
function standardise(values: Float32Array, means: Float64Array, deviations: Float64Array): Float32Array {
  for (let at = 0; at < values.length; at += means.length) {
    for (let column = 0; column < means.length; column++) {
      const scaled = deviations[column] === 0 ? 0 : (values[at + column]! - means[column]!) / deviations[column]!;
      values[at + column] = Math.max(-CLIP, Math.min(CLIP, scaled));
    }
  }
  return values;
}
