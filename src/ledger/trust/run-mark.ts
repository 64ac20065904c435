import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/files/files.ts';
import { userKey } from './user-key.ts';

/** Where a run's configuration and its mark lie. */
interface MarkedFiles {
  readonly resolved: string;
  readonly trust: string;
}

const Mark = z.object({ mac: z.string().length(64) });

/** The mark by which a user knows a run whose code may run: a MAC of its configuration under the user's own key. */
export const runMark = {
  /** @throws as `userKey`, and BalpmError (environment) for a directory that cannot be written. */
  write: ({ resolved, trust }: MarkedFiles): void =>
    writeFileAtomic(trust, `${JSON.stringify({ schemaVersion: 1, mac: macOf(resolved) })}\n`),
  /** Whether it is there and holds; a key that cannot be used holds nothing. */
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
