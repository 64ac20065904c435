import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { BalpmError, dataError } from '../base/errors.ts';
import { quotePath, readableReason, syncDirectory, unwritable, writeAll } from '../base/files.ts';
import { parseJson } from '../base/parse-json.ts';
import { readRegularSync } from '../base/regular-file.ts';
import { type NewEvent, RunEvent } from './events.ts';
import { sealLine, unsealLine } from './seal.ts';

/** Tells the time; the only clock of the ledger. */
export type Clock = () => Date;

/** The append-only file that is the truth of a run. */
export interface EventLog {
  /** Every event so far, in order. */
  readonly events: () => readonly RunEvent[];
  /** Writes an event and returns it once it is on disk. `seconds`: how long the step took. */
  readonly append: (event: NewEvent, seconds?: number | null) => RunEvent;
  readonly close: () => void;
}

/** Opens (or begins) an event log for writing; a torn last line is cut off. @throws BalpmError (data) on other damage. */
export function openEventLog(path: string, clock: Clock): EventLog {
  const { events, validBytes } = existsSync(path) ? readLog(path) : { events: [], validBytes: 0 };
  const descriptor = openForAppend(path, validBytes);
  const append = (event: NewEvent, seconds: number | null = null): RunEvent => {
    const whole = RunEvent.parse({ ...event, seq: events.length, time: clock().toISOString(), seconds });
    appendDurably(descriptor, `${sealLine(JSON.stringify(whole))}\n`, path);
    events.push(whole);
    return whole;
  };
  return { events: () => events, append, close: () => closeSync(descriptor) };
}

/** A line that a full disk cuts short is cut off when the log is opened again. */
function appendDurably(descriptor: number, line: string, path: string): void {
  try {
    writeAll(descriptor, Buffer.from(line));
    fsyncSync(descriptor);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Reads an event log without touching it; a torn last line is ignored. @throws BalpmError (data) on other damage. */
export const readEvents = (path: string): readonly RunEvent[] => readLog(path).events;

function readLog(path: string): { events: RunEvent[]; validBytes: number } {
  try {
    return parseEvents(readRegularSync(path), path);
  } catch (error) {
    if (error instanceof BalpmError) throw error;
    throw dataError(`Cannot read events ${quotePath(path)}: ${readableReason(error)}, the events of a run are needed`);
  }
}

function parseEvents(content: Buffer, path: string): { events: RunEvent[]; validBytes: number } {
  const validBytes = content.lastIndexOf(0x0a) + 1;
  const lines = content.subarray(0, validBytes).toString('utf8').split('\n').slice(0, -1);
  return { events: lines.map((line, index) => parseEvent(line, index, path)), validBytes };
}

function parseEvent(line: string, index: number, path: string): RunEvent {
  const where = `${quotePath(path)} line ${index + 1}`;
  const content = unsealLine(line);
  if (content === undefined) {
    throw dataError(`Cannot read event ${where}: its check does not fit the rest, an undamaged line is needed`);
  }
  let json: unknown;
  try {
    json = parseJson(content);
  } catch {
    throw dataError(`Cannot read event ${where}: it is not JSON, an undamaged line is needed`);
  }
  const event = RunEvent.safeParse(json);
  if (!event.success) {
    const issue = event.error.issues[0];
    throw dataError(
      `Cannot read event ${where}: ${issue?.path.join('.')}: ${issue?.message}, an undamaged event is needed`,
    );
  }
  if (event.data.seq !== index)
    throw dataError(`Cannot read event ${where}: its number is ${event.data.seq}, ${index} is needed`);
  return event.data;
}

/** Opens the file behind its last whole line; its name is durable before anything is written to it. */
function openForAppend(path: string, validBytes: number): number {
  try {
    const descriptor = openSync(path, 'a+');
    ftruncateSync(descriptor, validBytes);
    syncDirectory(dirname(path));
    return descriptor;
  } catch (error) {
    throw unwritable(path, error);
  }
}
