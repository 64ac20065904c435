import { cutText } from '../../base/text/cut-text.ts';
import type { StoreManifest } from './store-format.ts';

/** Of a template much is worth reading. */
const LONGEST = 2000;

/** What a store holds and where it comes from, as (name, value) in the order people read them. */
export function describeStore(manifest: StoreManifest): readonly (readonly [name: string, value: string])[] {
  const { dataset, features, source, stats, modelFiles = {} } = manifest;
  return [
    ['id', manifest.id],
    ['dataset', `${cutText(dataset.name, LONGEST)} ${dataset.hash.slice(0, 12)}`],
    ['prompts', describeMatrix(features.prompts, features.dtype)],
    ['responses', describeMatrix(features.responses, features.dtype)],
    ['size', `${(features.bytes / 1e6).toLocaleString('en-US', { maximumSignificantDigits: 3 })} MB`],
    ...Object.entries(source).map(
      ([name, value]) => [`source.${cutText(name, LONGEST)}`, describeValue(value)] as const,
    ),
    ...Object.entries(modelFiles).map(([name, sha256]) => [`modelFiles.${cutText(name, LONGEST)}`, sha256] as const),
    ...Object.entries(stats).map(([name, value]) => [`stats.${cutText(name, LONGEST)}`, describeValue(value)] as const),
  ];
}

const describeMatrix = ([rows, columns]: readonly [number, number], dtype: string): string =>
  `${rows.toLocaleString('en-US')} × ${columns.toLocaleString('en-US')} ${dtype}`;

/** Text with its line ends visible, so that a value stays on its line. */
const describeValue = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? cutText(JSON.stringify(value).slice(1, -1), LONGEST) : String(value ?? 'none');
