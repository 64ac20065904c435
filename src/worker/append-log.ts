import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../base/files.ts';

/** Makes what appends one line to a worker's log: time, and what the orchestrator did. Repetitions are counted, not written: the 1st, 10th, 100th, … is. */
export function appendLog(path: string): (sentence: string) => boolean {
  makeDirectory(dirname(path));
  const seen = new Map<string, number>();
  return (sentence) => {
    const times = (seen.get(sentence) ?? 0) + 1;
    seen.set(sentence, times);
    if (!/^10*$/.test(String(times))) return false;
    const count = times === 1 ? '' : ` (${times} times)`;
    appendFileSync(path, `${new Date().toISOString()} orchestrator: ${sentence}${count}\n`);
    return true;
  };
}
