import { describe, expect, it } from 'vitest';
import { createRestartBudget } from '../../../src/worker/session/restart-budget.ts';

describe('createRestartBudget()', () => {
  it('doubles the delay up to 30 s and ends', () => {
    const budget = createRestartBudget({ most: 9, delayMs: 500, healthyMs: 1000 });
    const delays = Array.from({ length: 10 }, () => budget.next());
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, undefined]);
    expect(budget.isLeft()).toBe(false);
  });

  it('begins anew after a long healthy life only', () => {
    const budget = createRestartBudget({ most: 2, delayMs: 500, healthyMs: 1000 });
    budget.next();
    budget.lived(999);
    expect(budget.next()).toBe(1000);
    budget.lived(1000);
    expect(budget.next()).toBe(500);
  });

  it('gives nothing when there shall be no restart', () => {
    const budget = createRestartBudget({ most: 0, delayMs: 500, healthyMs: 1000 });
    expect([budget.isLeft(), budget.next()]).toEqual([false, undefined]);
  });
});
