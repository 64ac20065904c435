import { describe, expect, it } from 'vitest';
import { nearestRow } from '../../../src/acquisition/kernels/nearest-row.ts';
import type { NeighbourGraph } from '../../../src/acquisition/policy.ts';
import { openStream } from '../../../src/random/stream.ts';
import { listNearest } from '../../../src/standalone/in-process/list-nearest.ts';
import type { PromptFeatures } from '../../../src/standalone/in-process/squared-distance.ts';
import { squaredDistance } from '../../../src/standalone/in-process/squared-distance.ts';

/** `size` rows of which many coincide in most axes, so that equal distances and near ones abound. */
function worldOf(size: number, dimension: number, levels: number): PromptFeatures {
  const stream = openStream(['test', 'nearest', size, dimension, levels]);
  const values = Float32Array.from({ length: size * dimension }, () =>
    levels === 0 ? stream.normal() : stream.below(levels),
  );
  return { values, dimension };
}

/** The graph row by row, every distance on its own. */
function slowGraph(prompts: PromptFeatures, neighbours: number): Omit<NeighbourGraph, 'size'> {
  const size = prompts.values.length / prompts.dimension;
  const rows = Array.from({ length: size }, (_, prompt) => {
    const all = Float64Array.from({ length: size }, (_row, other) =>
      Math.sqrt(squaredDistance(prompts, prompt, other)),
    );
    return nearestRow(all, prompt, Math.min(neighbours, size));
  });
  return {
    neighbours: Math.min(neighbours, size),
    ids: Int32Array.from(rows.flatMap(({ ids }) => [...ids])),
    distances: Float64Array.from(rows.flatMap(({ distances }) => [...distances])),
    radius: Float64Array.from(rows.flatMap(({ radius }) => [...radius])),
  };
}

function follow(prompts: PromptFeatures, neighbours: number): { graph: NeighbourGraph; shares: number[] } {
  const shares: number[] = [];
  const building = listNearest(prompts, neighbours);
  let step = building.next();
  for (; !step.done; step = building.next()) shares.push(step.value);
  return { graph: step.value, shares };
}

describe('listNearest()', () => {
  it.each([
    ['one prompt', 1, 3, 0, 4],
    ['fewer prompts than asked for', 5, 3, 0, 9],
    ['prompts without a tie', 61, 5, 0, 7],
    ['a lattice full of ties', 200, 3, 3, 12],
    ['several panels of many axes', 300, 401, 0, 9],
    ['ties over several panels', 260, 400, 2, 20],
    ['axes that end a step', 40, 128, 0, 5],
  ])('equals every distance measured on its own: %s', (_, size, dimension, levels, neighbours) => {
    const prompts = worldOf(size, dimension, levels);
    expect(follow(prompts, neighbours).graph).toEqual({ size, ...slowGraph(prompts, neighbours) });
  });

  it('tells a growing share that ends at 1', () => {
    const { shares } = follow(worldOf(300, 401, 0), 5);
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });
});
