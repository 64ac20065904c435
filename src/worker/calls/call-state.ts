import { WorkerFailure } from '../worker-failure.ts';
import type { CallEffect, CallEvent } from './call-events.ts';
import { type GivenUp, givenUp } from './given-up.ts';
import type { ArrivedResult } from './read-answer.ts';

/** How far one attempt of a call is. */
export interface CallState {
  /** Operation, as failures name it. */
  readonly name: string;
  readonly phase: 'waiting' | 'packing' | 'sent' | 'accepted' | 'reading' | 'settled';
  /** Why the caller gave it up, once it has. */
  readonly given: GivenUp | null;
  /** What the caller's own function threw: how the call ends. */
  readonly thrown: unknown;
  readonly sentAtMs: number;
  /** Signs of life of the worker since it was sent. */
  readonly signs: number;
  readonly resends: number;
  /** It was sent again in vain: it may be what the worker cannot take. */
  readonly unheard: boolean;
}

interface Step {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

/** A request that is not acknowledged is sent once more after so many signs of life, then its worker is given up. */
const SIGNS_BEFORE_RESEND = 2;
const MOST_RESENDS = 1;

/** A call that waits for room at the worker. */
export const newCall = (name: string): CallState => {
  const unsent = { sentAtMs: 0, signs: 0, resends: 0, unheard: false };
  return { name, phase: 'waiting', given: null, thrown: undefined, ...unsent };
};

/** The state after an event and what follows from it. Events that come too late or too early change nothing. */
export function nextCall(state: CallState, event: CallEvent): Step {
  const { phase } = state;
  if (phase === 'settled') return stay(state, ...(event.type === 'result' ? [discard(event.result)] : []));
  if (phase === 'reading') return afterReading(state, event);
  if (event.type === 'failed') return fail(state, outcomeOf(state, event.error));
  if (event.type === 'cancel') return giveUp(state, event.why);
  if (event.type === 'thrown') return giveUp({ ...state, thrown: event.error }, 'CANCELLED');
  if (event.type === 'death') return die(state, event);
  return phase === 'sent' || phase === 'accepted' ? atWorker(state, event) : beforeWorker(state, event);
}

function beforeWorker(state: CallState, event: CallEvent): Step {
  if (event.type === 'admitted' && state.phase === 'waiting') return to(state, { phase: 'packing' }, { do: 'pack' });
  if (event.type === 'packed' && state.phase === 'packing') return transmit(state, 'sent', event.nowMs);
  return stay(state, ...(event.type === 'result' ? [discard(event.result)] : []));
}

function atWorker(state: CallState, event: CallEvent): Step {
  switch (event.type) {
    case 'accepted':
      return to(state, { phase: 'accepted' }, journal('accepted', { dedup: event.dedup }));
    case 'progress':
      return stay(state, { do: 'report', progress: event.progress });
    case 'result':
      return to(state, { phase: 'reading' }, { do: 'leave' }, { do: 'read', result: event.result });
    case 'sign':
      return countSign(state, event);
    case 'interrupted':
      return withCancel(resend(state, event.nowMs));
    case 'overdue':
      return stay(state, { do: 'give-worker-up', why: `it did not end '${state.name}' when told to` });
    default:
      return stay(state);
  }
}

/** The end of the worker changes nothing any more, and the call takes its room, until its arrays are read. */
function afterReading(state: CallState, event: CallEvent): Step {
  const isRead = event.type === 'read' && state.thrown === undefined;
  if (isRead) return to(state, { phase: 'settled' }, { do: 'return-credit' }, { do: 'resolve', answer: event.answer });
  if (event.type !== 'read' && event.type !== 'failed') return stay(state);
  const error = event.type === 'read' ? state.thrown : event.error;
  return to(state, { phase: 'settled' }, { do: 'return-credit' }, { do: 'reject', error });
}

/** A silent worker is the hang watch's business; one that gives signs of life has lost the request on the way. */
function countSign(state: CallState, { nowMs, patienceMs }: Extract<CallEvent, { type: 'sign' }>): Step {
  if (state.phase !== 'sent') return stay(state);
  const signs = state.signs + 1;
  const isPatient = signs < SIGNS_BEFORE_RESEND || nowMs - state.sentAtMs < patienceMs;
  return isPatient ? to(state, { signs }) : resend({ ...state, signs }, nowMs);
}

function resend(state: CallState, nowMs: number): Step {
  if (state.phase !== 'sent' || state.resends < MOST_RESENDS)
    return transmit({ ...state, resends: state.resends + 1 }, 'resent', nowMs);
  return to(state, { unheard: true }, { do: 'give-worker-up', why: `it did not acknowledge '${state.name}'` });
}

function transmit(state: CallState, type: 'sent' | 'resent', nowMs: number): Step {
  const phase = type === 'sent' ? type : state.phase;
  return to(state, { phase, sentAtMs: nowMs, signs: 0 }, journal(type), { do: 'transmit' });
}

/** A cancel that was on the way is lost too. */
const withCancel = ({ state, effects }: Step): Step =>
  stay(state, ...effects, ...(state.given === null ? [] : [{ do: 'tell-cancel', why: state.given } as const]));

function giveUp(state: CallState, why: GivenUp): Step {
  if (state.given !== null) return stay(state);
  const given = { ...state, given: why };
  if (state.phase === 'waiting' || state.phase === 'packing') return fail(given, givenUp(why, state.name));
  return stay(given, journal('cancelling', { code: why }), { do: 'tell-cancel', why }, { do: 'watch-cancel' });
}

function die(state: CallState, { isBlamed, lost }: Extract<CallEvent, { type: 'death' }>): Step {
  const error = lost(isBlamed || state.unheard ? 'counted' : 'free');
  return fail(state, state.given === null ? error : outcomeOf(state, givenUp(state.given, state.name)));
}

function fail(state: CallState, error: unknown): Step {
  const credit = state.phase === 'waiting' ? [] : [{ do: 'return-credit' } as const];
  return to(state, { phase: 'settled' }, { do: 'leave' }, ...credit, { do: 'reject', error });
}

/** The worker says CANCELLED to whatever was given up; the caller hears why. */
function outcomeOf({ thrown, given, name }: CallState, error: unknown): unknown {
  if (thrown !== undefined) return thrown;
  const isAnswerToCancel = error instanceof WorkerFailure && error.code === 'CANCELLED';
  return isAnswerToCancel && given === 'DEADLINE' ? givenUp('DEADLINE', name) : error;
}

const stay = (state: CallState, ...effects: readonly CallEffect[]): Step => ({ state, effects });
const to = (state: CallState, change: Partial<CallState>, ...effects: readonly CallEffect[]): Step =>
  stay({ ...state, ...change }, ...effects);
const journal = (type: Extract<CallEffect, { do: 'journal' }>['type'], more: object = {}): CallEffect => ({
  do: 'journal',
  type,
  more,
});
const discard = (result: ArrivedResult): CallEffect => ({ do: 'discard', result });
