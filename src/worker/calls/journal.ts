import { z } from 'zod';
import { readRegularSync } from '../../base/files/regular-file.ts';
import { openRotatingFile } from '../../base/files/rotating-file.ts';
import type { TraceFields } from '../wire/number-messages.ts';

/**
 * One step in the life of a call: called, then for every attempt sent (resent), accepted, lost or retrying, and at last
 * settled; interrupted when the orchestrator ended before that.
 */
interface JournalEntry {
  readonly type: 'called' | 'sent' | 'resent' | 'accepted' | 'cancelling' | 'retrying' | 'settled' | 'interrupted';
  /** The call; all its attempts have the same. */
  readonly call: string;
  readonly op?: string;
  readonly key?: string;
  readonly trace?: TraceFields | null;
  readonly attempt?: number;
  /** The worker process the attempt went to. */
  readonly session?: string;
  /** Whether the worker took it as new work, joined it to a running one, or had the answer. */
  readonly dedup?: string;
  /** 'OK', or the code of the failure. */
  readonly code?: string;
  readonly wallMs?: number;
  readonly delayMs?: number;
}

/** The lives of a client's calls, one JSON line a step. */
export interface Journal {
  readonly write: (entry: JournalEntry) => void;
  readonly close: () => void;
}

/** A call that was under way when the orchestrator before this one ended. */
export interface InterruptedCall {
  readonly call: string;
  readonly op: string;
  readonly trace: TraceFields | null;
}

const Line = z.looseObject({
  type: z.string(),
  call: z.string(),
  op: z.string().optional(),
  trace: z.looseObject({ runId: z.string(), round: z.int().nullable(), seed: z.int().nullable() }).nullish(),
});

/** A journal that forgets. */
export const NO_JOURNAL: Journal = { write: () => undefined, close: () => undefined };

/**
 * Opens the journal at `path`. Calls of an earlier orchestrator that never settled are marked interrupted, so that
 * every life has an end, and are given back.
 * @throws BalpmError (environment) when the place is not writable.
 */
export function openJournal(path: string, now: () => Date): { journal: Journal; interrupted: InterruptedCall[] } {
  const earlier = readText(path);
  const before = readText(`${path}.1`); // calls may have begun before the file was put aside
  const file = openRotatingFile(path);
  const write = (entry: JournalEntry): void =>
    file.append(`${JSON.stringify({ time: now().toISOString(), ...entry })}\n`);
  if (earlier !== '' && !earlier.endsWith('\n')) file.append('\n'); // a torn line stays a line of its own
  const interrupted = openCalls(before + earlier);
  for (const { call } of interrupted) write({ type: 'interrupted', call });
  return { journal: { write, close: file.close }, interrupted };
}

/** Calls without an end; lines that cannot be read are no news. */
function openCalls(text: string): InterruptedCall[] {
  const open = new Map<string, InterruptedCall>();
  for (const line of text.split('\n')) {
    const entry = parseLine(line);
    if (entry === undefined) continue;
    const { type, call, op, trace } = entry;
    if (type === 'called') open.set(call, { call, op: op ?? 'unknown', trace: trace ?? null });
    if (type === 'settled' || type === 'interrupted') open.delete(call);
  }
  return [...open.values()];
}

function parseLine(line: string): z.infer<typeof Line> | undefined {
  try {
    return Line.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readRegularSync(path).toString('utf8');
  } catch {
    return '';
  }
}
