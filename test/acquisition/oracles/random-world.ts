import type { NeighbourSource } from '../../../src/acquisition/policy.ts';
import { openStream, type RandomStream } from '../../../src/random/stream.ts';
import { buildNeighbourSource } from '../../../src/standalone/in-process/neighbour-graph.ts';
import type { PromptFeatures } from '../../../src/standalone/in-process/squared-distance.ts';

/** How prompts lie: at random, on a lattice (many equal distances), in near-coincident pairs, all in one point. */
export const LAYOUTS = ['normal', 'lattice', 'near-duplicates', 'one-point'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** How U varies over items: at random, over three values only, not at all, at random in float32. */
export const UNCERTAINTIES = ['continuous', 'levels', 'constant', 'float32'] as const;
export type Uncertainty = (typeof UNCERTAINTIES)[number];

/** A small made-up pool: features of its prompts, the prompt of every item, U of every item, and who starts acquired. */
export interface RandomWorld {
  readonly features: PromptFeatures;
  readonly promptOf: Int32Array;
  readonly epistemic: Float64Array;
  readonly acquired: readonly number[];
  readonly poolOrder: readonly number[];
  readonly source: NeighbourSource;
}

/** The world of that number: its own layout, repetitions, length of neighbour rows and, unless given, sizes. */
export function randomWorld(number: number, size?: { readonly prompts: number; readonly items: number }): RandomWorld {
  const stream = openStream(['test', 'world', number]);
  const prompts = size?.prompts ?? 1 + stream.below(24);
  const items = size?.items ?? prompts + stream.below(2 * prompts);
  const features = layPrompts(LAYOUTS[number % LAYOUTS.length]!, prompts, stream);
  const uncertainty = UNCERTAINTIES[Math.floor(number / LAYOUTS.length) % UNCERTAINTIES.length]!;
  const order = shuffled(items, stream);
  const initial = stream.below(Math.min(5, items));
  return {
    features,
    promptOf: Int32Array.from({ length: items }, (_, item) => (item < prompts ? item : stream.below(prompts))),
    epistemic: Float64Array.from({ length: items }, () => drawUncertainty(uncertainty, stream)),
    acquired: order.slice(0, initial),
    poolOrder: order.slice(initial),
    source: buildNeighbourSource(features, 1 + stream.below(prompts + 2)),
  };
}

function layPrompts(layout: Layout, prompts: number, stream: RandomStream): PromptFeatures {
  const dimension = 1 + stream.below(4);
  const values = new Float32Array(prompts * dimension);
  for (let index = 0; index < values.length; index++) values[index] = coordinate(index);
  return { values, dimension };

  function coordinate(index: number): number {
    switch (layout) {
      case 'normal':
        return stream.normal();
      case 'lattice':
        return stream.below(4);
      case 'near-duplicates': {
        const twin = index % (2 * dimension) >= dimension ? values[index - dimension]! : stream.normal();
        return twin + 1e-6 * stream.normal();
      }
      case 'one-point':
        return 0.5;
    }
  }
}

function drawUncertainty(kind: Uncertainty, stream: RandomStream): number {
  switch (kind) {
    case 'continuous':
      return 0.05 * stream.uniform();
    case 'levels':
      return 0.01 * stream.below(3);
    case 'constant':
      return 0.25;
    case 'float32':
      return Math.fround(0.05 * stream.uniform());
  }
}

function shuffled(size: number, stream: RandomStream): number[] {
  const order = Array.from({ length: size }, (_, index) => index);
  for (let index = size - 1; index > 0; index--) {
    const other = stream.below(index + 1);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}
