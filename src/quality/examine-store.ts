import { dataError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { Dataset } from '../data/dataset.ts';
import { readLabels } from '../data/read-labels.ts';
import { checkStoreFiles } from '../features/store/store.ts';
import type { StoreManifest } from '../features/store/store-format.ts';
import { compareTexts } from './compare-texts.ts';
import { matrixOf, readRows, type StoredMatrix } from './matrix.ts';
import { drawPrompts } from './neighbours.ts';
import { runProbe } from './probe/run-probe.ts';
import type { QualityFindings } from './quality-document.ts';
import { summariseMatrix } from './summarise-matrix.ts';
import { surveyMatrix } from './survey-matrix.ts';
import { readTruncation } from './truncation.ts';

export interface ExaminationOptions {
  /** Splits the linear probe learns from and is measured on. */
  readonly train: string;
  readonly validation: string;
  readonly python: string;
  readonly signal: AbortSignal;
  /** Told in a few words what is done next. */
  readonly onStep: (step: string) => void;
}

/** A store and the dataset it was made for. */
export interface ExaminedStore {
  readonly path: string;
  readonly manifest: StoreManifest;
  readonly dataset: Dataset;
}

/**
 * Examines a store: its bytes, both matrices in one pass each, texts against features, a linear probe. Memory grows with
 * rows and with dimensions, not with their product.
 * @throws BalpmError (data) when store or dataset is damaged or a feature is not finite; those of startWorker.
 */
export async function examineStore(store: ExaminedStore, options: ExaminationOptions): Promise<QualityFindings> {
  const { path, manifest, dataset } = store;
  const { signal, onStep } = options;
  const [prompts, responses] = [matrixOf(path, manifest, 'prompts'), matrixOf(path, manifest, 'responses')];
  for (const matrix of [prompts, responses]) requireRows(store, matrix);
  onStep('checking the bytes of the store');
  await checkStoreFiles(path, manifest);
  onStep('reading prompts');
  const asked = drawPrompts(prompts.rows);
  const promptSurvey = await surveyMatrix(prompts, { queries: await readRows(prompts, asked), signal });
  onStep('reading responses');
  const responseSurvey = await surveyMatrix(responses, { queries: new Float32Array(0), signal });
  onStep('comparing texts with features');
  const surveys = { prompts: promptSurvey, responses: responseSurvey };
  const texts = await compareTexts({ dataset, matrices: { prompts, responses }, surveys, asked });
  onStep('learning a linear probe');
  const labels = await readLabels(dataset);
  return {
    prompts: summariseMatrix(prompts, promptSurvey),
    responses: summariseMatrix(responses, responseSurvey),
    texts,
    probe: await runProbe({ ...options, dataset, labels, responses, survey: responseSurvey }),
    truncation: readTruncation(manifest, dataset.manifest),
  };
}

/** A store without rows has nothing to examine, one with other rows than the dataset is not the dataset's. */
function requireRows({ path, dataset }: ExaminedStore, { name, rows }: StoredMatrix): void {
  const needed = dataset.manifest.counts[name];
  if (rows === needed && rows > 0) return;
  const wanted = rows === needed ? 'at least one is' : `the dataset's ${needed} are`;
  throw dataError(`Cannot examine feature store ${quotePath(path)}: it has ${rows} rows of ${name}, ${wanted} needed`);
}
