import { Lease } from './lease.ts';

/** Every lease has this length in bytes, so that a renewal is one write over the last one. */
const LENGTH = 1024;

/** A lease as text of its file. */
export const renderLease = (lease: Lease): string => `${JSON.stringify(lease).padEnd(LENGTH - 1)}\n`;

/** The lease in the text of a lock file; undefined if there is none. */
export function parseLease(text: string): Lease | undefined {
  try {
    return Lease.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
