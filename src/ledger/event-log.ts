import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { BalpmError, dataError, environmentError } from '../base/errors.ts';
import { quotePath, readableReason } from '../base/files/files.ts';
import { readRegularSync } from '../base/files/regular-file.ts';
import { parseJson } from '../base/text/parse-json.ts';
import { type NewEvent, RunEvent } from './events.ts';
import { keepEvents } from './keep-events.ts';
import { type LedgerFile, openLedgerFile } from './ledger-file.ts';
import type { RunLock } from './lock/hold-lock.ts';
import { renderEvent } from './render-event.ts';
import { unsealLine } from './seal.ts';

/** The clock of the ledger, which uses no other. */
export type Clock = () => Date;

/** The append-only file of events, from which all state of a run follows. */
export interface EventLog {
  /** Every event so far, in order. */
  readonly events: () => readonly RunEvent[];
  /**
   * Writes an event and returns it once it is on disk. `seconds`: how long the step took.
   * @throws BalpmError data if the file was changed by another process, environment if the lock is lost or the disk fails;
   * then the events in memory are saved in a file beside it.
   */
  readonly append: (event: NewEvent, seconds?: number | null) => RunEvent;
  /** @throws BalpmError (data) if the file was changed; then the events in memory are saved in a file beside it. */
  readonly verify: () => void;
  readonly close: () => void;
}

/** The lock that must be held while a log is written. */
export type LogLock = Pick<RunLock, 'nonce' | 'lost'>;
const NO_LOCK: LogLock = { nonce: 'unlocked', lost: () => undefined };

/**
 * Opens (or starts) an event log for writing; an incomplete last line is removed.
 * @throws BalpmError (data) on other damage.
 */
export function openEventLog(path: string, clock: Clock, lock: LogLock = NO_LOCK): EventLog {
  const { events, validBytes } = existsSync(path) ? readLog(path) : { events: [], validBytes: 0 };
  const file = openLedgerFile(path, validBytes);
  let broken: BalpmError | undefined;
  /** After the ledger was changed or its lock lost, nothing is appended any more. */
  const check = (known: readonly RunEvent[], found: BalpmError | undefined): void => {
    broken ??= found && keepBeside(found, path, lock.nonce, known);
    if (broken !== undefined) throw broken;
  };
  const append = (event: NewEvent, seconds: number | null = null): RunEvent => {
    const whole = RunEvent.parse({ ...event, seq: events.length, time: clock().toISOString(), seconds });
    const known = [...events, whole];
    check(known, lossOf(path, lock) ?? changeOf(path, file));
    file.append(renderEvent(whole));
    check(known, changeOf(path, file)); // another process may have written since
    events.push(whole);
    return whole;
  };
  return { events: () => events, append, verify: () => check(events, changeOf(path, file)), close: file.close };
}

function changeOf(path: string, file: LedgerFile): BalpmError | undefined {
  const found = file.changed();
  if (found === undefined) return undefined;
  return dataError(
    `Cannot continue the ledger ${quotePath(path)}: ${found} during the run; restore the file, then run \`balpm resume\``,
  );
}

/** If both the ledger and its lock are gone, the ledger is reported. */
function lossOf(path: string, lock: LogLock): BalpmError | undefined {
  const found = existsSync(path) ? lock.lost() : undefined;
  if (found === undefined) return undefined;
  return environmentError(
    `Cannot continue run ${quotePath(dirname(path))}: ${found}; let the other process continue, or run \`balpm resume\` if there is none. Nothing more was written to its ledger`,
  );
}

function keepBeside(found: BalpmError, path: string, nonce: string, known: readonly RunEvent[]): BalpmError {
  return new BalpmError(found.kind, `${found.message}. ${keepEvents(path, nonce, known)}`);
}

/**
 * Reads an event log without changing it; ignores an incomplete last line.
 * @throws BalpmError (data) on other damage.
 */
export const readEvents = (path: string): readonly RunEvent[] => readLog(path).events;

function readLog(path: string): { events: RunEvent[]; validBytes: number } {
  try {
    return parseEvents(readRegularSync(path), path);
  } catch (error) {
    if (error instanceof BalpmError) throw error;
    throw dataError(
      `Cannot read events ${quotePath(path)}: ${readableReason(error)}; give a directory with the events of a run`,
    );
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
    throw dataError(`Cannot read event ${where}: its checksum does not match; restore the undamaged file`);
  }
  let json: unknown;
  try {
    json = parseJson(content);
  } catch {
    throw dataError(`Cannot read event ${where}: it is not JSON; restore the undamaged file`);
  }
  const event = RunEvent.safeParse(json);
  if (!event.success) {
    const issue = event.error.issues[0];
    throw dataError(
      `Cannot read event ${where}: ${issue?.path.join('.')}: ${issue?.message}; restore the undamaged file`,
    );
  }
  if (event.data.seq !== index)
    throw dataError(
      `Cannot read event ${where}: its number is ${event.data.seq}, expected ${index}; restore the undamaged file`,
    );
  return event.data;
}
