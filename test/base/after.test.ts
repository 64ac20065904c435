import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { after } from '../../src/base/after.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('after() waits for longer than a timer of Node can, and can be called off', () => {
  const thirtyDays = 30 * 86_400_000;
  const act = vi.fn();
  const never = vi.fn();
  after(thirtyDays, act);
  after(1000, never)();
  vi.advanceTimersByTime(thirtyDays - 1);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(act).toHaveBeenCalledOnce();
  expect(never).not.toHaveBeenCalled();
});
