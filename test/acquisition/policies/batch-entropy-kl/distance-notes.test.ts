import { describe, expect, it } from 'vitest';
import { createDistanceNotes } from '../../../../src/acquisition/policies/batch-entropy-kl/distance-notes.ts';

describe('createDistanceNotes()', () => {
  it('hands on what was noted for a prompt once, and all that is left prompt by prompt', () => {
    const notes = createDistanceNotes(4, 5);
    const told: [number, number][] = [];
    const tell = (prompt: number, distance: number): void => void told.push([prompt, distance]);
    for (const [prompt, distance] of [
      [2, 0.5],
      [0, 1],
      [2, 0.25],
      [3, 7],
    ] as const)
      notes.add(prompt, distance);
    expect(notes.isFull()).toBe(false);
    notes.take(2, tell);
    notes.take(2, tell);
    notes.add(2, 9);
    expect(notes.isFull()).toBe(true);
    expect(told).toEqual([
      [2, 0.25],
      [2, 0.5],
    ]);
    notes.takeAll(tell);
    expect(told.slice(2)).toEqual([
      [0, 1],
      [2, 9],
      [3, 7],
    ]);
    notes.takeAll(tell);
    expect(told).toHaveLength(5);
    expect(notes.isFull()).toBe(false);
  });
});
