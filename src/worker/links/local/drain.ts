import type { Readable } from 'node:stream';
import { openRotatingFile } from '../../../base/files/rotating-file.ts';

const KEPT_LINES = 200;

/**
 * Opens a function that appends a stream to a file and gives its last 200 lines; an undrained pipe would block the
 * process behind it after 64 KB. The file closes with the stream. @throws BalpmError (environment): no writable place
 */
export function openDrain(logFile: string): (stream: Readable) => () => readonly string[] {
  const log = openRotatingFile(logFile);
  return (stream) => {
    const kept = keepLastLines(KEPT_LINES);
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      log.append(chunk);
      kept.add(chunk);
    });
    stream.once('close', log.close);
    return kept.lines;
  };
}

/** The last lines of a stream of text, each cut at a greatest length. */
interface LastLines {
  readonly add: (chunk: string) => void;
  readonly lines: () => readonly string[];
}

/** Keeps the last `count` lines; a carriage return replaces the line as it does on a terminal. */
export function keepLastLines(count: number, greatestLength = 16_384): LastLines {
  const complete: string[] = [];
  let open = '';
  return {
    add: (chunk) => {
      const parts = (open + chunk).split('\n');
      open = (parts.pop() ?? '').slice(-greatestLength);
      complete.push(...parts.map((line) => shown(line).slice(0, greatestLength)));
      complete.splice(0, complete.length - count);
    },
    lines: () => (open === '' ? [...complete] : [...complete, shown(open)].slice(-count)),
  };
}

const shown = (line: string): string => line.replace(/\r$/, '').replace(/^[^]*\r/, '');
