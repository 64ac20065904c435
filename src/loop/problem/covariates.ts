import { dataError, messageOf, usageError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { type FormName, formsNamed } from '../../data/answer-form/names.ts';
import { readAnswerForms } from '../../data/answer-form/read-answer-forms.ts';
import type { Dataset } from '../../data/dataset.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { float64Tensor, type Tensors } from '../../worker/tensors/tensor.ts';

/** The tensor `covariates` of posterior.fit (R × C), read when it is first asked for; none where nothing looks at it. */
export type Covariates = () => Promise<Tensors>;

const NONE: Covariates = () => Promise.resolve({});

/** Runs that share a dataset read its texts once. */
const known = new WeakMap<Dataset, Map<string, Promise<Float64Array>>>();

/**
 * What the posterior in use looks at beside features.
 * @throws BalpmError (usage) where it is told by name to look at texts that are unknown.
 */
export function covariatesOf({ posterior }: ExperimentConfig, dataset: Dataset): Covariates {
  const { covariates } = posteriorOf(posterior.type);
  const asked = covariates?.named(posterior) ?? [];
  if (covariates === undefined || asked.length === 0) return NONE;
  const { key } = covariates;
  if (dataset.manifest.texts === 'none') {
    if (asked === 'auto') return NONE;
    throw usageError(
      `Cannot use covariates ${asked.join(', ')} with dataset ${quotePath(dataset.path)}: it was imported from features and its texts are unknown; set ${key} to auto or to [], or give a dataset with texts`,
    );
  }
  const names = formsNamed(asked);
  return async () => {
    const values = await formsOf(dataset, names, key);
    return { covariates: float64Tensor(values, [values.length / names.length, names.length]) };
  };
}

function formsOf(dataset: Dataset, names: readonly FormName[], option: string): Promise<Float64Array> {
  const forms = known.get(dataset) ?? new Map<string, Promise<Float64Array>>();
  known.set(dataset, forms);
  const key = names.join(' ');
  const reading = forms.get(key) ?? readOrAdvise(dataset, names, option);
  forms.set(key, reading);
  reading.catch(() => forms.delete(key)); // a file that is mended is read again
  return reading;
}

async function readOrAdvise(dataset: Dataset, names: readonly FormName[], option: string): Promise<Float64Array> {
  try {
    return await readAnswerForms(dataset, names);
  } catch (error) {
    throw dataError(`Cannot tell the form of answers: ${messageOf(error)}; without texts, set ${option} to []`);
  }
}
