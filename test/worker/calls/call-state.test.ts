import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEffect, CallEvent } from '../../../src/worker/calls/call-events.ts';
import { type CallState, newCall, nextCall } from '../../../src/worker/calls/call-state.ts';
import { WorkerFailure } from '../../../src/worker/worker-failure.ts';

const common = { v: 1, id: 'i', session: 's', re: 'call', seq: 1, sentAt: 0, trace: null } as const;
const message = {
  ...common,
  type: 'result',
  cached: false,
  wallMs: 1,
  gpuMs: null,
  data: {},
  tensors: [],
  digest: null,
};
const result = { message: message as never, frames: [] };
const answer = { data: {}, tensors: {}, wallMs: 1, cached: false };
const progress = { done: 1, total: null, metrics: {}, note: null };
const cancelled = new WorkerFailure('CANCELLED', 'the worker says so');
const refused = new WorkerFailure('INTERNAL', 'the worker says so');
const mistake = new Error('a mistake of the caller');
const lost = (retry: 'never' | 'counted' | 'free'): WorkerFailure =>
  new WorkerFailure('WORKER_LOST', 'gone', {}, { retry });

const ADMITTED: CallEvent = { type: 'admitted' };
const PACKED: CallEvent = { type: 'packed', nowMs: 0 };
const ACCEPTED: CallEvent = { type: 'accepted', dedup: 'new' };
const RESULT: CallEvent = { type: 'result', result };
const READ: CallEvent = { type: 'read', answer };
const SIGN: CallEvent = { type: 'sign', nowMs: 10_000, patienceMs: 5000 } as const;
const INTERRUPTED: CallEvent = { type: 'interrupted', nowMs: 10_000 };
const CANCEL: CallEvent = { type: 'cancel', why: 'CANCELLED' };
const DEADLINE: CallEvent = { type: 'cancel', why: 'DEADLINE' };
const DEATH: CallEvent = { type: 'death', isBlamed: false, lost };
const failed = (error: unknown): CallEvent => ({ type: 'failed', error });

/** Everything that can happen once a call has been packed; in whatever order. */
const HAPPENINGS: readonly CallEvent[] = [
  ADMITTED,
  PACKED,
  ACCEPTED,
  RESULT,
  READ,
  CANCEL,
  DEADLINE,
  SIGN,
  INTERRUPTED,
  DEATH,
  failed(refused),
  failed(cancelled),
  { type: 'progress', progress },
  { type: 'thrown', error: mistake },
  { type: 'overdue' },
];
const events = fc.array(fc.constantFrom(...HAPPENINGS), { maxLength: 30 });

/** The life of a call: its state after every event, with what followed from it. */
function live(story: readonly CallEvent[]) {
  const steps: { readonly event: CallEvent; readonly before: CallState; readonly effects: readonly CallEffect[] }[] =
    [];
  let state = newCall('worker.echo');
  for (const event of story) {
    const before = state;
    const next = nextCall(state, event);
    state = next.state;
    steps.push({ event, before, effects: next.effects });
  }
  return { state, steps, effects: steps.flatMap((step) => step.effects) };
}

const count = (effects: readonly CallEffect[], ...kinds: readonly CallEffect['do'][]): number =>
  effects.filter((effect) => kinds.includes(effect.do)).length;
const isSettling = ({ do: kind }: CallEffect): boolean => kind === 'resolve' || kind === 'reject';
const kindsOf = (story: readonly CallEvent[]) => live(story).effects.map((effect) => effect.do);
const errorOf = (story: readonly CallEvent[]) =>
  live(story).effects.flatMap((effect) => (effect.do === 'reject' ? [effect.error] : []))[0];

/** Checks a law over stories that begin anywhere between waiting and accepted. */
const always = (law: (life: ReturnType<typeof live>) => void): void => {
  const openings = fc.constantFrom([], [ADMITTED], [ADMITTED, PACKED], [ADMITTED, PACKED, ACCEPTED]);
  fc.assert(
    fc.property(openings, events, (opening, story) => law(live([...opening, ...story]))),
    { numRuns: 2000 },
  );
};

describe('whatever happens in whatever order, a call', () => {
  it('settles at most once, and does when its worker dies', () => {
    always(({ effects, state }) => {
      expect(count(effects, 'resolve', 'reject')).toBe(state.phase === 'settled' ? 1 : 0);
      const death = nextCall(state, DEATH);
      const isOpen = state.phase !== 'settled' && state.phase !== 'reading';
      expect(count(death.effects, 'reject')).toBe(isOpen ? 1 : 0);
    });
  });

  it('does nothing after it has settled but discard the arrays of a result', () => {
    always(({ steps }) => {
      for (const { event, before, effects } of steps)
        if (before.phase === 'settled')
          expect(effects).toEqual(event.type === 'result' ? [{ do: 'discard', result }] : []);
    });
  });

  it('takes its result once, however often that comes, and keeps the arrays while they are read', () => {
    always(({ effects, steps }) => {
      expect(count(effects, 'read')).toBeLessThanOrEqual(1);
      for (const { before, effects: after } of steps)
        if (before.phase === 'reading') expect(count(after, 'discard', 'read', 'leave')).toBe(0);
    });
  });

  it('gives back the room it took, once, and no room it did not take', () => {
    always(({ effects, state }) => {
      const isOver = state.phase === 'settled';
      expect(count(effects, 'return-credit')).toBe(isOver ? count(effects, 'pack') : 0);
      expect(count(effects, 'pack')).toBeLessThanOrEqual(1);
    });
  });

  it('leaves the table exactly once, no later than it settles', () => {
    always(({ effects, state }) => {
      const isOut = state.phase === 'reading' || state.phase === 'settled';
      expect(count(effects, 'leave')).toBe(isOut ? 1 : 0);
      const settled = effects.findIndex(isSettling);
      if (settled >= 0) expect(count(effects.slice(0, settled), 'leave')).toBe(1);
    });
  });

  it('is sent again at most once for want of an acknowledgement, then gives the worker up', () => {
    always(({ steps, state }) => {
      const unheard = steps.filter(({ before, effects }) => before.phase === 'sent' && count(effects, 'transmit') > 0);
      expect(unheard.length).toBeLessThanOrEqual(1);
      for (const { before, effects } of steps)
        if (before.phase === 'sent' && before.resends > 0) expect(count(effects, 'transmit')).toBe(0);
      const givenUp = steps.some(({ effects }) => count(effects, 'give-worker-up') > 0);
      if (state.unheard) expect(givenUp).toBe(true);
    });
  });

  it('tells the worker of a cancel once, and again only after an interruption', () => {
    always(({ steps }) => {
      const told = steps.filter(({ effects }) => count(effects, 'tell-cancel') > 0);
      expect(told.filter(({ event }) => event.type !== 'interrupted').length).toBeLessThanOrEqual(1);
      for (const { before, event } of told) if (event.type === 'interrupted') expect(before.given).not.toBeNull();
    });
  });

  it('never resolves when it was given up before it was sent, or when its own function threw', () => {
    always(({ steps, effects }) => {
      const isLate = steps.some(({ event, before }) => {
        if (before.phase === 'waiting' || before.phase === 'packing') return event.type === 'cancel';
        return event.type === 'thrown' && (before.phase === 'sent' || before.phase === 'accepted');
      });
      if (isLate) expect(count(effects, 'resolve')).toBe(0);
    });
  });

  it('reports no progress before it was sent or after its result came', () => {
    always(({ steps }) => {
      for (const { before, effects } of steps)
        if (count(effects, 'report') > 0) expect(['sent', 'accepted']).toContain(before.phase);
    });
  });

  it('leaves the state it was given as it was', () => {
    fc.assert(
      fc.property(events, (story) => {
        let state = newCall('worker.echo');
        for (const event of [ADMITTED, PACKED, ...story]) state = nextCall(Object.freeze(state), event).state;
      }),
    );
  });
});

describe('nextCall()', () => {
  it('runs from waiting to settled', () => {
    expect(kindsOf([ADMITTED, PACKED, ACCEPTED, RESULT, READ])).toEqual([
      'pack',
      'journal',
      'transmit',
      'journal',
      'leave',
      'read',
      'return-credit',
      'resolve',
    ]);
  });

  it('sends again after two signs of life without an acknowledgement, then gives the worker up', () => {
    const sent = [ADMITTED, PACKED];
    expect(kindsOf([...sent, SIGN])).toHaveLength(3);
    expect(kindsOf([...sent, SIGN, SIGN]).slice(3)).toEqual(['journal', 'transmit']);
    const early: CallEvent = { type: 'sign', nowMs: 4000, patienceMs: 5000 };
    expect(kindsOf([...sent, early, early, early])).toHaveLength(3);
    const later: CallEvent = { ...SIGN, nowMs: 20_000 };
    expect(kindsOf([...sent, SIGN, SIGN, later])).toHaveLength(5); // its signs are counted anew
    expect(kindsOf([...sent, SIGN, SIGN, later, later]).at(-1)).toBe('give-worker-up');
  });

  it('counts a death against the call that is blamed, or that was never acknowledged', () => {
    expect(errorOf([ADMITTED, PACKED, DEATH])).toMatchObject({ retry: 'free' });
    expect(errorOf([ADMITTED, PACKED, { ...DEATH, isBlamed: true }])).toMatchObject({ retry: 'counted' });
    expect(errorOf([ADMITTED, PACKED, INTERRUPTED, INTERRUPTED, DEATH])).toMatchObject({ retry: 'counted' });
  });

  it('says why the caller gave up when the worker says CANCELLED or dies', () => {
    const accepted = [ADMITTED, PACKED, ACCEPTED];
    expect(errorOf([...accepted, DEADLINE, failed(cancelled)])).toMatchObject({ code: 'DEADLINE' });
    expect(errorOf([...accepted, DEADLINE, DEATH])).toMatchObject({ code: 'DEADLINE' });
    expect(errorOf([...accepted, CANCEL, failed(cancelled)])).toBe(cancelled);
    expect(errorOf([...accepted, CANCEL, failed(refused)])).toBe(refused);
    expect(errorOf([...accepted, { type: 'thrown', error: mistake }, failed(cancelled)])).toBe(mistake);
    expect(errorOf([...accepted, { type: 'thrown', error: mistake }, RESULT, READ])).toBe(mistake);
  });

  it('resolves a call whose result was on the way when it was cancelled', () => {
    expect(kindsOf([ADMITTED, PACKED, ACCEPTED, CANCEL, RESULT, READ]).at(-1)).toBe('resolve');
  });

  it('gives the worker up when a cancelled call goes on', () => {
    const story: CallEvent[] = [ADMITTED, PACKED, ACCEPTED, CANCEL, { type: 'overdue' }];
    expect(live(story).effects.at(-1)).toEqual({
      do: 'give-worker-up',
      why: "it did not end 'worker.echo' when told to",
    });
  });
});
