import { expect, test } from 'vitest';
import { remember } from '../../src/base/remember.ts';

test('remember() makes a value once, also for those that ask while it is being made', async () => {
  const known = new Map<string, Promise<number>>();
  let made = 0;
  const make = async (): Promise<number> => ++made;
  expect(await Promise.all([remember(known, 'a', make), remember(known, 'a', make)])).toEqual([1, 1]);
  expect(await remember(known, 'b', make)).toBe(2);
});

test('remember() forgets a failure, so that the next one who asks tries again', async () => {
  const known = new Map<string, Promise<string>>();
  await expect(remember(known, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await remember(known, 'a', async () => 'yes')).toBe('yes');
});
