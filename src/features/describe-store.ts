import type { StoreManifest } from './store-format.ts';

/** What a store holds and where it comes from, as (name, value) in the order people read them. */
export function describeStore(manifest: StoreManifest): readonly (readonly [name: string, value: string])[] {
  const { dataset, features, source, stats, modelFiles = {} } = manifest;
  return [
    ['id', manifest.id],
    ['dataset', `${dataset.name} ${dataset.hash.slice(0, 12)}`],
    ['prompts', describeMatrix(features.prompts, features.dtype)],
    ['responses', describeMatrix(features.responses, features.dtype)],
    ['size', `${(features.bytes / 1e6).toLocaleString('en-US', { maximumSignificantDigits: 3 })} MB`],
    ...Object.entries(source).map(([name, value]) => [`source.${name}`, describeValue(value)] as const),
    ...Object.entries(modelFiles).map(([name, sha256]) => [`modelFiles.${name}`, sha256] as const),
    ...Object.entries(stats).map(([name, value]) => [`stats.${name}`, describeValue(value)] as const),
  ];
}

const describeMatrix = ([rows, columns]: readonly [number, number], dtype: string): string =>
  `${rows.toLocaleString('en-US')} × ${columns.toLocaleString('en-US')} ${dtype}`;

/** Text with its line ends visible, so that a value stays on its line. */
const describeValue = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : String(value ?? 'none');
