import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where a process runs, as far as it matters to who may know whether it lives. */
export interface LockPlace {
  readonly host: string;
  /** Differs with every start of every kernel; null where the system does not tell. */
  readonly bootId: string | null;
  /** The namespace that process numbers belong to; null where there is but one. */
  readonly pidNamespace: string | null;
  /** Whether every process of the kernel can be seen from here. */
  readonly seesAll: boolean;
}

/** The first namespace has this number on every Linux kernel. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** Where this process runs. */
export function currentPlace(): LockPlace {
  const pidNamespace = orNull(() => readlinkSync('/proc/self/ns/pid'));
  const seesAll = process.platform === 'linux' ? pidNamespace === FIRST_PID_NAMESPACE : true;
  return { host: hostname(), bootId: readBootId(), pidNamespace, seesAll };
}

function readBootId(): string | null {
  if (process.platform === 'darwin') {
    const { stdout } = spawnSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' });
    return stdout?.trim() || null;
  }
  return orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || null);
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
