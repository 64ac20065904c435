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

/** Tells the time; the only clock of the ledger. */
export type Clock = () => Date;

/** The append-only file that is the truth of a run. */
export interface EventLog {
  /** Every event so far, in order. */
  readonly events: () => readonly RunEvent[];
  /**
   * Writes an event and returns it once it is on disk. `seconds`: how long the step took.
   * @throws BalpmError data when the file is not as it was left, environment when the lock is lost or the disk refuses;
   * what is in memory is kept in a file beside it.
   */
  readonly append: (event: NewEvent, seconds?: number | null) => RunEvent;
  /** @throws BalpmError (data) unless the file is as it was left; what is in memory is kept in a file beside it. */
  readonly verify: () => void;
  readonly close: () => void;
}

/** The lock under which a log is written. */
export type LogLock = Pick<RunLock, 'nonce' | 'lost'>;
const NO_LOCK: LogLock = { nonce: 'unlocked', lost: () => undefined };

/** Opens (or begins) an event log for writing; a torn last line is cut off. @throws BalpmError (data) on other damage. */
export function openEventLog(path: string, clock: Clock, lock: LogLock = NO_LOCK): EventLog {
  const { events, validBytes } = existsSync(path) ? readLog(path) : { events: [], validBytes: 0 };
  const file = openLedgerFile(path, validBytes);
  let broken: BalpmError | undefined;
  /** Once the ledger is not ours any more nothing is added, whatever becomes of it. */
  const check = (known: readonly RunEvent[], found: BalpmError | undefined): void => {
    broken ??= found && keepBeside(found, path, lock.nonce, known);
    if (broken !== undefined) throw broken;
  };
  const append = (event: NewEvent, seconds: number | null = null): RunEvent => {
    const whole = RunEvent.parse({ ...event, seq: events.length, time: clock().toISOString(), seconds });
    const known = [...events, whole];
    check(known, lossOf(path, lock) ?? changeOf(path, file));
    file.append(renderEvent(whole));
    check(known, changeOf(path, file)); // a second writer may have come between
    events.push(whole);
    return whole;
  };
  return { events: () => events, append, verify: () => check(events, changeOf(path, file)), close: file.close };
}

function changeOf(path: string, file: LedgerFile): BalpmError | undefined {
  const found = file.changed();
  if (found === undefined) return undefined;
  return dataError(
    `Cannot go on with ${quotePath(path)}: while the run was under way ${found}; give it back its name and content, then \`balpm resume\` the run`,
  );
}

/** Where the ledger is gone with its lock, the ledger is what to tell of. */
function lossOf(path: string, lock: LogLock): BalpmError | undefined {
  const found = existsSync(path) ? lock.lost() : undefined;
  if (found === undefined) return undefined;
  return environmentError(
    `Cannot go on with run ${quotePath(dirname(path))}: ${found}; let the other one go on, or \`balpm resume\` the run when there is none. Nothing more was written to its ledger`,
  );
}

function keepBeside(found: BalpmError, path: string, nonce: string, known: readonly RunEvent[]): BalpmError {
  return new BalpmError(found.kind, `${found.message}. ${keepEvents(path, nonce, known)}`);
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
