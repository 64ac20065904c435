import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The host of a process: all that determines which other processes can see it. */
export interface LockPlace {
  readonly host: string;
  /** Differs between all starts of all kernels; null if the system does not provide it. */
  readonly bootId: string | null;
  /** The namespace of process numbers; null if there is only one. */
  readonly pidNamespace: string | null;
  /** Whether every process of the kernel is visible from here. */
  readonly seesAll: boolean;
}

/** Number of the first namespace on every Linux kernel. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/** The host of this process. */
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
