import type { Readable } from 'node:stream';
import { openRotatingFile } from '../../../base/files/rotating-file.ts';
import { keepLastLines } from './last-lines.ts';

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
