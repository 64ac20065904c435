import { dirname } from 'node:path';
import { makeDirectory } from '../../base/files/files.ts';
import { appendRegular } from '../../base/files/regular-file.ts';

/** Sentences whose repetitions are counted. */
const GREATEST_MEMORY = 1000;

/**
 * Makes what appends a line to a worker's log: when, and what the orchestrator noticed. Of repetitions only the 1st, the
 * 10th, the 100th, … is written; the result says whether this one is worth telling.
 */
export function appendLog(path: string): (sentence: string) => boolean {
  makeDirectory(dirname(path));
  const seen = new Map<string, number>();
  return (sentence) => {
    if (seen.size > GREATEST_MEMORY) seen.clear();
    const times = (seen.get(sentence) ?? 0) + 1;
    seen.set(sentence, times);
    if (!/^10*$/.test(String(times))) return false;
    append(path, `${new Date().toISOString()} orchestrator: ${sentence}${times === 1 ? '' : ` (${times} times)`}\n`);
    return true;
  };
}

/** A full disk must not end the conversation; the caller is told the sentence all the same. */
function append(path: string, line: string): void {
  try {
    appendRegular(path, line);
  } catch {
    // What could be said of it would have to be written there.
  }
}
