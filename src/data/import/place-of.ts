import { quotePath } from '../../base/files/files.ts';

/** A record's place in words: file and line, or row where the format has no lines. */
export const placeOf = (path: string, number: number): string =>
  `${quotePath(path)} ${/\.(parquet|json)$/.test(path) ? 'row' : 'line'} ${number}`;
