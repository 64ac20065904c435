import { describe, expect, it } from 'vitest';
import { findBalls } from '../../../../src/acquisition/policies/batch-entropy/balls.ts';
import { neighbourWeights } from '../../../../src/acquisition/policies/batch-entropy/neighbour-weights.ts';
import { createReach } from '../../../../src/acquisition/policies/batch-entropy/reach.ts';
import { PRESETS } from '../../../../src/acquisition/policies/batch-entropy/switches.ts';
import { buildNeighbourSource } from '../../../../src/standalone/in-process/neighbour-graph.ts';

describe('createReach()', () => {
  // Prompts on a line at 0, 1, 3, 6 and 10; with k = 2 the balls reach 3, 2, 3, 4 and 7.
  it.each([5, 3, 1])('visits every prompt whose ball holds the given one, by rows of %d', async (neighbours) => {
    const source = buildNeighbourSource({ values: Float32Array.of(0, 1, 3, 6, 10), dimension: 1 }, neighbours);
    const copies = { remaining: new Int32Array(5).fill(1), acquired: new Int32Array(5) };
    const balls = await findBalls(source, { k: 2, weights: neighbourWeights(copies, PRESETS.paper), copies });
    const reach = createReach(source.graph, balls);
    const visited = [0, 1, 2, 3, 4].map((prompt) => {
      const found: number[] = [];
      reach(prompt, (other) => found.push(other));
      return found.sort();
    });
    expect(visited).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2, 3, 4],
      [2, 3, 4],
      [3, 4],
    ]);
  });
});
