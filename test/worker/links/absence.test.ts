import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Absence } from '../../../src/worker/links/absence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watched() {
  const onLimit = vi.fn();
  return { onLimit, absence: new Absence(1000, onLimit) };
}

describe('Absence', () => {
  it('is told of once when it lasts too long, and lasts on until it is ended', () => {
    const { absence, onLimit } = watched();
    expect([absence.begin(), absence.begin()]).toEqual([true, false]);
    vi.advanceTimersByTime(5000);
    expect(onLimit).toHaveBeenCalledTimes(1);
    expect([absence.end(), absence.end(), absence.begin()]).toEqual([true, false, true]);
  });

  it('lets those who wait go on when it ends in time', async () => {
    const { absence, onLimit } = watched();
    expect(absence.over).toBeUndefined();
    absence.begin();
    const waiting = absence.over;
    absence.end();
    await waiting;
    vi.advanceTimersByTime(5000);
    expect(onLimit).not.toHaveBeenCalled();
  });

  it('never begins again after the peer has gone for good', async () => {
    const { absence } = watched();
    absence.begin();
    const waiting = absence.over;
    absence.close();
    await waiting;
    expect([absence.begin(), absence.over]).toEqual([false, undefined]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
