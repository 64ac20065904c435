import { describe, expect, it } from 'vitest';
import { buildNeighbourSource } from '../../../src/standalone/in-process/neighbour-graph.ts';
import { randomWorld } from '../../acquisition/oracles/random-world.ts';

describe('buildNeighbourSource()', () => {
  it('lists the nearest prompts of each, itself first', () => {
    const { graph } = buildNeighbourSource({ values: Float32Array.of(0, 3, 1), dimension: 1 }, 2);
    expect([...graph.ids]).toEqual([0, 2, 1, 2, 2, 0]);
    expect([...graph.distances]).toEqual([0, 1, 0, 2, 0, 1]);
    expect([...graph.radius]).toEqual([3, 3, 2]);
  });

  it('lists all prompts when there are fewer than asked', () => {
    expect(buildNeighbourSource({ values: Float32Array.of(0, 3), dimension: 1 }, 9).graph.neighbours).toBe(2);
  });

  it('gives distances equal to the graph’s and symmetric, to the last bit', async () => {
    const { features } = randomWorld(0, { prompts: 30, items: 30 });
    const source = buildNeighbourSource(features, 30);
    const all = await source.distances(Int32Array.from({ length: 30 }, (_, prompt) => prompt));
    for (let prompt = 0; prompt < 30; prompt++) {
      for (let at = prompt * 30; at < (prompt + 1) * 30; at++) {
        const other = source.graph.ids[at]!;
        expect(source.graph.distances[at]).toBe(all[prompt * 30 + other]);
        expect(all[other * 30 + prompt]).toBe(all[prompt * 30 + other]);
      }
    }
  });

  it('counts acquired items from the shifted place of a prompt', async () => {
    const source = buildNeighbourSource({ values: Float32Array.of(2, 4, 0), dimension: 1 }, 3);
    const counts = await source.shiftedCounts(Int32Array.of(1, 1, 0), Int32Array.of(0, 0, 5), Float64Array.of(1, 1, 1));
    expect([...counts]).toEqual([5, 0, 0]);
  });
});
