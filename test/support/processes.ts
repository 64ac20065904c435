import { readFileSync } from 'node:fs';

/** Which processes of a command are killed. */
export const VICTIMS = ['orchestrator', 'worker', 'both'] as const;
export type Victim = (typeof VICTIMS)[number];

/** Sends them a signal, the worker first. Whether one was there. */
export function strike(victim: Victim, orchestrator: number, signal: NodeJS.Signals = 'SIGKILL'): boolean {
  const workers = victim === 'orchestrator' ? [] : childrenOf(orchestrator);
  return [...workers, ...(victim === 'worker' ? [] : [orchestrator])].map((pid) => isSent(pid, signal)).includes(true);
}

/** Processes whose parent is `parent`; none once it has ended. */
function childrenOf(parent: number): number[] {
  try {
    const text = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isSent(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
