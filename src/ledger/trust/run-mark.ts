import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/files/files.ts';
import { userKey } from './user-key.ts';

/** Files of a run's configuration and its mark. */
interface MarkedFiles {
  readonly resolved: string;
  readonly trust: string;
}

const Mark = z.object({ mac: z.string().length(64) });

/** The mark of a run whose code may run: a MAC of its configuration under the key of the user. */
export const runMark = {
  /** @throws as `userKey`, and BalpmError (environment) for a directory that cannot be written. */
  write: ({ resolved, trust }: MarkedFiles): void =>
    writeFileAtomic(trust, `${JSON.stringify({ schemaVersion: 1, mac: macOf(resolved) })}\n`),
  /** Whether the mark exists and is valid; false if the key cannot be used. */
  holds: ({ resolved, trust }: MarkedFiles): boolean => {
    if (!existsSync(trust)) return false;
    try {
      const { mac } = Mark.parse(JSON.parse(readFileSync(trust, 'utf8')));
      return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(resolved)));
    } catch {
      return false;
    }
  },
} as const;

const macOf = (file: string): string =>
  createHmac('sha256', userKey()).update('balpm run\n').update(readFileSync(file)).digest('hex');
