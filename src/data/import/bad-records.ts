import { BalpmError, dataError } from '../../base/errors.ts';
import type { BadRows } from './import-options.ts';

/** Number of records left out, and the fault of the first. */
export interface DroppedRecords {
  readonly records: number;
  readonly first: string;
}

/** Decides about records that cannot be used. */
export interface BadRecords {
  /** Result of `read`; undefined for a bad record that is left out. @throws BalpmError if none may be left out. */
  readonly check: <Checked>(read: () => Checked) => Checked | undefined;
  /** The records left out; null for none. */
  readonly count: () => DroppedRecords | null;
  /** The error of a source without any usable record. */
  readonly first: () => BalpmError;
}

/** A policy for bad records; `refuse` leaves none out. */
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
    first: () => dataError(`Cannot import any of ${records} records: none is usable; the first fault is: ${first}`),
  };
}
