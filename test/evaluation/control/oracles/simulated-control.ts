import { controlEstimate, type SequentialEstimate } from '../../../../src/evaluation/control/control-estimate.ts';
import { controlObservations } from '../../../../src/ledger/control-observations.ts';
import type { ControlSlice } from '../../../../src/ledger/control-slice.ts';
import type { RunEvent } from '../../../../src/ledger/events.ts';
import { clipProbability } from '../../../../src/loop/control/clip-probability.ts';
import { controlArms } from '../../../../src/loop/control/control-arms.ts';
import { drawControl } from '../../../../src/loop/control/draw-control.ts';
import { replay } from '../../../../src/loop/state.ts';
import { openStream, type RandomStream } from '../../../../src/random/stream.ts';
import { fitLogistic } from './fit-logistic.ts';

/** A small world in which runs with a control are simulated: the learner and the policy are the world's, the rest is ours. */
export interface ControlWorld {
  readonly name: string;
  /** How likely an item is to be picked: its weight from its features and its label. */
  readonly weight: (features: Float64Array, isFlipped: boolean) => number;
  /** Share of items whose label is turned over. */
  readonly flipped: number;
  readonly pool: number;
  readonly initial: number;
  readonly batch: number;
  readonly control: number;
  readonly rounds: number;
}

/** Whether the estimates of one run hold what they claim, and the claims. */
export interface SimulatedControl {
  readonly truth: number;
  readonly value: number;
  readonly width: number;
  /** The interval of one look after the last round holds the truth. */
  readonly isCovered: boolean;
  /** The interval that is proven for all times held the truth after every round. */
  readonly isExactlyCovered: boolean;
  readonly exactWidth: number;
}

/** Both estimates of one run; the advantage's asymptotic interval for all times too. */
export interface SimulatedRun {
  readonly advantage: SimulatedControl & { readonly isAlwaysCovered: boolean; readonly anytimeWidth: number };
  readonly level: SimulatedControl;
}

const DIMENSION = 5;

/** Runs one seed of a world; truths are means over every item that remains, with its label. */
export function simulateControl(world: ControlWorld, seed: number): SimulatedRun {
  const stream = openStream(['control-world', world.name, seed]);
  const items = drawItems(world, stream);
  const events: RunEvent[] = [];
  const truths = { level: [] as number[], advantage: [] as number[] };
  let isAlways = true;
  const exactly = { level: true, advantage: true };
  select(events, 0, order(stream, items.features.length).slice(0, world.initial), items);
  for (let round = 1; round <= world.rounds; round++) {
    const taken = new Set(idsOf(events));
    const remaining = Array.from(items.features.keys()).filter((item) => !taken.has(String(item)));
    const control = drawControl({ seed, round, remaining, size: world.control });
    const slice = judge({ events, remaining, control, items, seed, truths });
    const rest = remaining.filter((item) => !control.includes(item));
    const picks = drawWeighted(stream, rest, items.weights, world.batch - world.control);
    select(events, round, [...control, ...picks], items, slice);
    const { level, advantage } = estimates(events);
    exactly.level &&= holds(level.exact, mean(truths.level));
    if (advantage === null) continue;
    isAlways &&= holds(advantage.anytime, mean(truths.advantage));
    exactly.advantage &&= holds(advantage.exact, mean(truths.advantage));
  }
  const { level, advantage } = estimates(events);
  return {
    level: { ...judged(level, mean(truths.level)), isExactlyCovered: exactly.level },
    advantage: {
      ...judged(advantage!, mean(truths.advantage)),
      isExactlyCovered: exactly.advantage,
      isAlwaysCovered: isAlways,
      anytimeWidth: advantage!.anytime.high! - advantage!.anytime.low!,
    },
  };
}

interface Items {
  readonly features: readonly Float64Array[];
  readonly labels: readonly (0 | 1)[];
  readonly weights: readonly number[];
}

function drawItems(world: ControlWorld, stream: RandomStream): Items {
  const truth = Float64Array.from({ length: DIMENSION }, () => 1.2 * stream.normal());
  const features: Float64Array[] = [];
  const labels: (0 | 1)[] = [];
  const weights: number[] = [];
  for (let item = 0; item < world.pool; item++) {
    const size = 0.3 + 1.7 * stream.uniform();
    const row = Float64Array.from({ length: DIMENSION }, () => size * stream.normal());
    const isFlipped = stream.uniform() < world.flipped;
    const isFirst = stream.uniform() < sigmoid(dot(row, truth));
    features.push(row);
    labels.push(isFirst === isFlipped ? 0 : 1);
    weights.push(world.weight(row, isFlipped));
  }
  return { features, labels, weights };
}

interface Judging {
  readonly events: readonly RunEvent[];
  readonly remaining: readonly number[];
  readonly control: readonly number[];
  readonly items: Items;
  readonly seed: number;
  readonly truths: { readonly level: number[]; readonly advantage: number[] };
}

/** The control slice as a run records it; what the estimates are of, the truth, is kept beside. */
function judge({ events, remaining, control, items, seed, truths }: Judging): ControlSlice {
  const state = replay(events);
  const own = predict(idsOf(events), items);
  const arms = controlArms(events, state, seed);
  const likelihood = (p: readonly number[], item: number): number =>
    Math.log(items.labels[item] === 1 ? p[item]! : 1 - p[item]!);
  const at = (p: readonly number[]): number[] => control.map((item) => p[item]!);
  truths.level.push(mean(remaining.map((item) => likelihood(own, item))));
  const farthest = Math.max(...remaining.map((item) => Math.max(own[item]!, 1 - own[item]!)));
  const bounds: [number, number] = [Math.log(1 - farthest), Math.log(farthest)];
  const slice = { items: control.length, inclusion: control.length / remaining.length, run: at(own), bounds };
  if (arms === null) return slice;
  const [picked, random] = [arms.picked, arms.random].map(({ labelled }) =>
    predict(
      labelled.map(({ id }) => id),
      items,
    ),
  ) as [number[], number[]];
  truths.advantage.push(mean(remaining.map((item) => likelihood(picked, item) - likelihood(random, item))));
  const differences = remaining.flatMap((item) => [
    Math.abs(Math.log(picked[item]!) - Math.log(random[item]!)),
    Math.abs(Math.log(1 - picked[item]!) - Math.log(1 - random[item]!)),
  ]);
  const labels = arms.random.labelled.length;
  return {
    ...slice,
    arms: { labels, picked: at(picked), random: at(random), largestDifference: Math.max(...differences) },
  };
}

function predict(ids: readonly string[], { features, labels }: Items): number[] {
  const known = ids.map(Number);
  const weights = fitLogistic(
    known.map((item) => features[item]!),
    known.map((item) => labels[item]!),
  );
  return features.map((row) => clipProbability(sigmoid(dot(row, weights))));
}

function select(
  events: RunEvent[],
  round: number,
  picks: readonly number[],
  { labels }: Items,
  control?: ControlSlice,
): void {
  const envelope = { seq: events.length, time: '', seconds: null, round };
  const batch = { policy: 'world', scores: [], terms: {}, uniquePrompts: 0, uniquePromptsSoFar: 0 };
  events.push(
    { ...envelope, ...batch, type: 'batch.selected', ids: picks.map(String), ...(control && { control }) },
    { ...envelope, type: 'labels.received', answers: picks.map((item) => (labels[item] === 1 ? 'a' : 'b')).join('') },
  );
}

function estimates(events: readonly RunEvent[]) {
  const { logLikelihood, advantage } = controlEstimate(controlObservations(events))!;
  return { level: logLikelihood, advantage };
}

const judged = ({ value, low, high, exact }: SequentialEstimate, truth: number) => ({
  truth,
  value,
  width: high! - low!,
  isCovered: holds({ low, high }, truth),
  exactWidth: exact.high! - exact.low!,
});

/** Sums in another order differ in their last digits. */
const holds = ({ low, high }: { low: number | null; high: number | null }, truth: number): boolean =>
  low === null || high === null || (low <= truth + 1e-12 && truth - 1e-12 <= high);

const idsOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'batch.selected' ? event.ids : []));

/** All positions in random order. */
const order = (stream: RandomStream, count: number): number[] =>
  drawWeighted(
    stream,
    Array.from({ length: count }, (_, item) => item),
    Array.from({ length: count }, () => 1),
    count,
  );

/** Without replacement, with probability proportional to weight (Gumbel top-k). */
const drawWeighted = (
  stream: RandomStream,
  items: readonly number[],
  weights: readonly number[],
  count: number,
): number[] =>
  items
    .map((item) => ({ item, key: Math.log(weights[item]!) + stream.gumbel() }))
    .toSorted((one, other) => other.key - one.key)
    .slice(0, count)
    .map(({ item }) => item);

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

const dot = (left: Float64Array, right: Float64Array): number =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
