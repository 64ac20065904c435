import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import type { LockOptions } from '../../src/ledger/lock/lock.ts';
import { ROOT } from '../../test/support/balpm.ts';
import { innermostChild } from '../../test/support/innermost-child.ts';

/** A process that took a lock, or was refused it. */
export interface Holder {
  /** What it said first. */
  readonly said: string;
  /** Asks it to write an event; what it says to that. */
  readonly append: () => Promise<string>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Lets it end by itself, or waits for the end of one that was killed. */
  readonly end: () => Promise<void>;
}

/** How a holder is started. */
export interface HolderOptions {
  /** Words that put what follows them into namespaces. */
  readonly namespace?: readonly string[];
  readonly lock?: LockOptions;
  /** Where nothing locks files, as on a file system without such a call. */
  readonly withoutKernelLock?: boolean;
}

let bundle: string | undefined;

/** Starts a process on the lock at `path`; resolves once it has it or was refused. */
export async function startHolder(path: string, options: HolderOptions = {}): Promise<Holder> {
  const { namespace = [], lock = {}, withoutKernelLock = false } = options;
  const words = [process.execPath, holderFile(), path, JSON.stringify(lock)];
  const hidden = withoutKernelLock ? ['env', 'PATH=/nowhere'] : [];
  const [program, ...args] = [...namespace, ...hidden, ...words] as [string, ...string[]];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => ((await lines.next()) as { readonly value?: string }).value ?? 'it ended';
  const said = await next();
  child.stdin.on('error', () => undefined); // it may have ended by then
  return {
    said,
    append: () => {
      child.stdin.write('append\n');
      return next();
    },
    signal: (name) => process.kill(innermostChild(child.pid as number), name),
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function holderFile(): string {
  if (bundle !== undefined) return bundle;
  const directory = mkdtempSync(join(tmpdir(), 'balpm-holder-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  bundle = join(directory, 'holder.mjs');
  const entryPoints = [join(ROOT, 'bench/attacks/lock-holder.ts')];
  buildSync({ entryPoints, outfile: bundle, bundle: true, format: 'esm', platform: 'node', target: 'node20' });
  return bundle;
}
