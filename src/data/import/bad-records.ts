import { BalpmError, dataError } from '../../base/errors.ts';
import type { BadRows } from './import-options.ts';

/** How many records were left out, and what is wrong with the first. */
export interface DroppedRecords {
  readonly records: number;
  readonly first: string;
}

/** Decides about records that cannot be used. */
export interface BadRecords {
  /** What `read` gives; undefined for a bad record that is left out. @throws BalpmError where none may be. */
  readonly check: <Checked>(read: () => Checked) => Checked | undefined;
  /** What was left out; null for nothing. */
  readonly count: () => DroppedRecords | null;
  /** The error of a source of which nothing is left. */
  readonly first: () => BalpmError;
}

/** Nothing left out yet; `refuse` leaves nothing out. */
export function createBadRecords(what: BadRows): BadRecords {
  let records = 0;
  let first = '';
  return {
    check: (read) => {
      try {
        return read();
      } catch (error) {
        if (what === 'refuse' || !(error instanceof BalpmError) || error.kind !== 'data') throw error;
        records += 1;
        if (records === 1) first = error.message;
        return undefined;
      }
    },
    count: () => (records === 0 ? null : { records, first }),
    first: () =>
      dataError(`Cannot import any of ${records} records: every one is bad, a usable one is needed (${first})`),
  };
}
