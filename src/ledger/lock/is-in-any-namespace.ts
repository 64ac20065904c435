import { readdirSync, readFileSync } from 'node:fs';
import { processStart } from './process-start.ts';

/** Whether a process of a child namespace has that number there, and that start time (kernel clock ticks). */
export const isInAnyNamespace = (pid: number, started: string): boolean =>
  listProcesses().some((outer) => innerNumber(outer) === pid && processStart(outer) === started);

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The number of a process in its own namespace. */
function innerNumber(pid: number): number | undefined {
  try {
    const numbers = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return numbers === undefined ? undefined : Number(numbers.split(/\s+/).at(-1));
  } catch {
    return undefined; // it has ended meanwhile
  }
}
