import { quotePath } from '../../base/files/files.ts';

/** A reference to a record: file and line, or row if the format has no lines. */
export const placeOf = (path: string, number: number): string =>
  `${quotePath(path)} ${/\.(parquet|json)$/.test(path) ? 'row' : 'line'} ${number}`;
