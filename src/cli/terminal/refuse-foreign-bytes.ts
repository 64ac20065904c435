import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { usageError } from '../../base/errors.ts';

/**
 * Refuses arguments whose bytes are not UTF-8: Node hands them on with U+FFFD in them, which is another name. Bytes are
 * looked at where the system shows them (Linux); elsewhere names are UTF-8 already.
 * @throws BalpmError (usage) naming the argument.
 */
export function refuseForeignBytes(argv: readonly string[], source = '/proc/self/cmdline'): void {
  if (!argv.some((word) => word.includes('\ufffd'))) return;
  const foreign = wordsOf(source).find((word) => !isUtf8(word));
  if (foreign === undefined) return;
  throw usageError(
    `Cannot use argument '${foreign.toString('utf8')}': its bytes are not UTF-8; give the name in UTF-8 (rename the file first)`,
  );
}

function wordsOf(source: string): Buffer[] {
  try {
    const bytes = readFileSync(source);
    const words: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(0, start);
      words.push(bytes.subarray(start, end < 0 ? bytes.length : end));
      start = end < 0 ? bytes.length : end + 1;
    }
    return words;
  } catch {
    return [];
  }
}
