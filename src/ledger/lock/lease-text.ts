import { Lease } from './lease.ts';

/** Every lease has this length in bytes, so that a renewal is one write over the last one. */
const LENGTH = 1024;

/** A lease as its file holds it. */
export const renderLease = (lease: Lease): string => `${JSON.stringify(lease).padEnd(LENGTH - 1)}\n`;

/** The lease of a lock file's text; undefined when there is none in it. */
export function parseLease(text: string): Lease | undefined {
  try {
    return Lease.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
