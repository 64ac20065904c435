import type { DatasetManifest } from '../data/dataset-format.ts';
import type { StoreManifest } from '../features/store/store-format.ts';
import type { Check } from './check.ts';
import type { EqualFeatures, EqualPairs } from './equal-features.ts';
import type { Neighbourhood } from './neighbours.ts';
import type { ProbeResult } from './probe/run-probe.ts';
import type { Skipped } from './skipped.ts';
import type { MatrixSummary } from './summarise-matrix.ts';
import type { Truncation } from './truncation.ts';
import type { DuplicateTexts } from './unequal-duplicates.ts';

/** What comparing texts with features told, of the prompts and of the responses. */
export interface TextFindings {
  readonly duplicates: { readonly prompts: DuplicateTexts; readonly responses: DuplicateTexts };
  readonly equalFeatures: { readonly prompts: EqualFeatures; readonly responses: EqualFeatures };
  readonly equalPairs: readonly EqualPairs[];
  readonly neighbourhoods: readonly Neighbourhood[];
  /** One line of each text that is named above, by its row; a response with its prompt. */
  readonly excerpts: {
    readonly prompts: Readonly<Record<number, string>>;
    readonly responses: Readonly<Record<number, string>>;
  };
}

/** Everything that was found out about a store. */
export interface QualityFindings {
  readonly prompts: MatrixSummary;
  readonly responses: MatrixSummary;
  readonly texts: TextFindings | Skipped;
  readonly probe: ProbeResult | Skipped;
  readonly truncation: readonly Truncation[];
}

/** `quality.json`: no times and no places, so that equal stores, datasets and labels have equal documents. */
export interface QualityDocument extends QualityFindings {
  readonly schemaVersion: 1;
  readonly kind: 'balpm-quality';
  /** Id of the store. */
  readonly store: string;
  readonly dataset: Pick<DatasetManifest, 'name' | 'hash' | 'labelsHash'>;
  readonly source: StoreManifest['source'];
  readonly checks: readonly Check[];
}

/** A value with every fraction in it at six significant digits: the rest is rounding, which differs between machines. */
export function withRoundedNumbers<Value>(value: Value): Value {
  if (typeof value === 'number' && !Number.isInteger(value)) return Number(value.toPrecision(6)) as Value;
  if (Array.isArray(value)) return value.map(withRoundedNumbers) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, withRoundedNumbers(of)])) as Value;
}
