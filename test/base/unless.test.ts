import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unless } from '../../src/base/unless.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);
const late = { afterMs: 1000, failure: () => new Error('late') };

describe('unless()', () => {
  it('gives what is awaited and leaves neither timer nor listener behind', async () => {
    const { signal } = new AbortController();
    const stop = { signal, failure: () => new Error('aborted') };
    expect(await unless(Promise.resolve(7), late, stop)).toBe(7);
    await expect(unless(Promise.reject(new Error('its own')), late, stop)).rejects.toThrow('its own');
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends in the failure of the stop that comes first', async () => {
    const abort = new AbortController();
    const stop = { signal: abort.signal, failure: () => new Error('aborted') };
    const waits = [unless(never, late), unless(never, late, stop)].map((wait) => wait.catch(String));
    abort.abort();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await Promise.all(waits)).toEqual(['Error: late', 'Error: aborted']);
    await expect(unless(never, stop)).rejects.toThrow('aborted');
  });
});
