import { openStream, type RandomStream } from '../random/stream.ts';
import { addScaled, dot, normalVector, unitVector, unitVectorAcross } from './vectors.ts';
import type { SyntheticWorld } from './world-config.ts';
import { shapeOf, type WorldShape } from './world-shape.ts';
import { createZipf } from './zipf.ts';

/** A prompt: its cluster, its number within the split's prompts, its features (promptDimension). */
export interface WorldPrompt {
  readonly cluster: number;
  readonly number: number;
  readonly features: Float64Array;
}

/** A response: features (answerDimension) and latent reward. */
export interface WorldAnswer {
  readonly features: Float64Array;
  readonly reward: number;
}

/** A labelled pair of responses to one prompt. */
export interface WorldPair {
  readonly prompt: WorldPrompt;
  readonly a: WorldAnswer;
  readonly b: WorldAnswer;
  readonly preferred: 'a' | 'b';
}

export interface WorldSplit {
  readonly name: 'train' | 'validation' | 'test' | 'ood';
  readonly pairs: readonly WorldPair[];
}

/** A synthetic world with its truth. */
export interface World {
  readonly splits: readonly WorldSplit[];
}

/** Generates the world of a configuration: equal configurations give equal worlds, bit for bit. */
export function synthesise(config: SyntheticWorld): World {
  const shape = shapeOf(config);
  const taste = drawTaste(shape);
  const names = ['train', 'validation', 'test', 'ood'] as const;
  return { splits: names.filter((name) => shape.sizes[name] > 0).map((name) => drawSplit(shape, taste, name)) };
}

/** Determines rewards and prompts: the shared direction, and per cluster a centre and a direction. */
interface Taste {
  readonly shared: Float64Array;
  readonly centres: readonly Float64Array[];
  readonly directions: readonly Float64Array[];
}

function drawTaste(shape: WorldShape): Taste {
  const stream = openStream([shape.seed, 'synthetic', 'taste']);
  const shared = unitVector(stream, shape.answerDimension);
  const clusters = Array.from({ length: shape.clusters });
  return {
    shared,
    centres: clusters.map(() => normalVector(stream, shape.promptDimension, shape.clusterSpread)),
    directions: clusters.map(() => unitVectorAcross(stream, shared)),
  };
}

function drawSplit(shape: WorldShape, taste: Taste, name: WorldSplit['name']): WorldSplit {
  const stream = openStream([shape.seed, 'synthetic', name]);
  const nextPrompt = promptSource(shape, taste, name, stream);
  const nearTies = name === 'train' ? shape.nearTies.pool : shape.nearTies.evaluation;
  const pairs = Array.from({ length: shape.sizes[name] }, () =>
    drawPair(shape, taste, nextPrompt(), { stream, nearTies }),
  );
  return { name, pairs };
}

/** Prompts of a split: the pool repeats its prompts, every other split has a new one for each pair. */
function promptSource(
  shape: WorldShape,
  taste: Taste,
  name: WorldSplit['name'],
  stream: RandomStream,
): () => WorldPrompt {
  if (name === 'train') return poolPrompts(shape, taste, stream);
  const centres = name === 'ood' ? moveCentres(shape, taste, stream) : taste.centres;
  let number = 0;
  return () => drawPrompt(shape, centres, { cluster: stream.below(shape.clusters), number: number++ }, stream);
}

function poolPrompts(shape: WorldShape, taste: Taste, stream: RandomStream): () => WorldPrompt {
  const nextCluster = createZipf(shape.clusters, shape.clusterExponent);
  let number = 0;
  const fresh = (): WorldPrompt =>
    drawPrompt(shape, taste.centres, { cluster: nextCluster(stream), number: number++ }, stream);
  if (shape.prompts === null) return fresh;
  const prompts = Array.from({ length: shape.prompts }, fresh);
  const nextPrompt = createZipf(prompts.length, shape.promptExponent);
  return () => prompts[nextPrompt(stream)] as WorldPrompt;
}

function drawPrompt(
  shape: WorldShape,
  centres: readonly Float64Array[],
  { cluster, number }: Omit<WorldPrompt, 'features'>,
  stream: RandomStream,
): WorldPrompt {
  const spread = normalVector(stream, shape.promptDimension, shape.promptSpread);
  return { cluster, number, features: addScaled(centres[cluster] as Float64Array, spread, 1) };
}

function moveCentres(shape: WorldShape, taste: Taste, stream: RandomStream): Float64Array[] {
  return taste.centres.map((centre) => addScaled(centre, normalVector(stream, centre.length), shape.oodShift));
}

interface PairDraw {
  readonly stream: RandomStream;
  /** Probability that the second response is the first, slightly moved. */
  readonly nearTies: number;
}

function drawPair(shape: WorldShape, taste: Taste, prompt: WorldPrompt, { stream, nearTies }: PairDraw): WorldPair {
  const first = drawAnswer(shape, stream);
  const drawn = drawAnswer(shape, stream);
  const second = stream.uniform() < nearTies ? nudge(first, drawn, shape.nearTies.distance) : drawn;
  const a = judge(shape, taste, prompt, first);
  const b = judge(shape, taste, prompt, second);
  const probability = 1 / (1 + Math.exp(-(a.reward - b.reward) / shape.temperature));
  return { prompt, a, b, preferred: stream.uniform() < probability ? 'a' : 'b' };
}

/** A response without its reward: features, and the part of its quality that no feature shows. */
interface Answer {
  readonly features: Float64Array;
  readonly hidden: number;
}

function drawAnswer(shape: WorldShape, stream: RandomStream): Answer {
  return { features: normalVector(stream, shape.answerDimension), hidden: shape.hiddenQuality * stream.normal() };
}

const nudge = (from: Answer, by: Answer, distance: number): Answer => ({
  features: addScaled(from.features, by.features, distance),
  hidden: from.hidden + distance * by.hidden,
});

/** Reward = quality (shared direction, and the hidden part) + localWeight · the cluster's own direction. */
function judge(shape: WorldShape, taste: Taste, prompt: WorldPrompt, answer: Answer): WorldAnswer {
  const quality = dot(taste.shared, answer.features) + answer.hidden;
  const local = dot(taste.directions[prompt.cluster] as Float64Array, answer.features);
  return { features: answer.features, reward: quality + shape.localWeight * local };
}
