import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';

/** A file system of a few MiB of its own. */
export interface SmallDisk {
  readonly path: string;
  readonly freeBytes: () => number;
  /** Makes it larger or smaller; bytes in all. */
  readonly resize: (bytes: number) => void;
  readonly setWritable: (isWritable: boolean) => void;
  readonly remove: () => void;
}

const PAGE_BYTES = 4096;

/** Mounts a small disk at `path`, or says why it cannot and gives undefined: that takes root. */
export function mountSmallDisk(path: string, bytes: number): SmallDisk | undefined {
  mkdirSync(path, { recursive: true });
  try {
    mount('-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path);
  } catch (error) {
    process.stderr.write(`skipped: mount is not permitted here (${String(error).split('\n')[0]})\n`);
    return undefined;
  }
  return {
    path,
    freeBytes: () => statfsSync(path).bavail * PAGE_BYTES,
    resize: (size) => mount('-o', `remount,size=${size}`, path),
    setWritable: (isWritable) => mount('-o', `remount,${isWritable ? 'rw' : 'ro'}`, path),
    remove: () => void execFileSync('umount', ['--lazy', path]),
  };
}

const mount = (...args: readonly string[]): void => void execFileSync('mount', args, { stdio: 'pipe' });
