import { readFileSync } from 'node:fs';

/** How often the system has ended a process of this control group for lack of memory; 0 where it does not say. */
export function countMemoryKills(): number {
  try {
    const group = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '';
    const events = readFileSync(`/sys/fs/cgroup${group}/memory.events`, 'utf8');
    return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
