import type { Arm } from '../../src/evaluation/arms.ts';
import { figureName } from '../../src/figures/figure-name.ts';
import { BASELINE_COLOUR } from '../../src/figures/palette.ts';
import { readLedger } from '../../src/ledger/read-ledger.ts';
import { readRunConfig, runPaths } from '../../src/ledger/run-directory.ts';
import { quantile } from '../../src/math/quantile.ts';
import { ARM_COLOURS } from './arm-colours.ts';
import { dotsPanel } from './dots.ts';
import { type PageFigure, renderPanels } from './panels.ts';
import { type PlacedPair, poolPlane } from './pool-plane.ts';
import { armNamed } from './world-arms.ts';

const SHOWN = [
  ['today-bal-pm', 'BAL-PM'],
  ['linear-sample', 'sample'],
  ['today-random', 'random'],
] as const;
/** Picks of the first batches, as many in every panel, and dots of the pool. */
const [PICKS, POOL] = [300, 500];

/** Where up to three policies of one seed look, a panel each: pool and picks, by where their answer differences lie. */
export async function picksFigure(world: string, arms: readonly Arm[]): Promise<PageFigure | null> {
  const found = shownRuns(arms);
  if (found.length < 2) return null;
  const { data, splits } = await readRunConfig(runPaths(found[0]!.path));
  if (data.type !== 'directory') return null;
  const plane = await poolPlane(data.dataset, data.store, splits.pool);
  const pairs = [...plane.values()];
  const pool = pairs.filter((_pair, item) => item % Math.ceil(pairs.length / POOL) === 0);
  const panels = found.map(({ title, path, colour }) =>
    dotsPanel({
      title,
      x: 'first direction of φ(a) − φ(b)',
      y: 'second direction',
      domain: [domainOf(pairs, 0), domainOf(pairs, 1)],
      layers: [
        { colour: '#c8c8c8', size: 3, points: pool },
        { colour, size: 3.4, points: picksOf(path, plane) },
      ],
    }),
  );
  return {
    name: figureName('picks', world),
    svg: await renderPanels(panels),
    caption: `The first ${PICKS} picks of each policy, same seed, ${world}, over a share of the pool (grey): differences of the two answers' features along the two directions in which the pool's vary most; a pair has no direction and is turned to the right.`,
  };
}

/** The runs of the smallest seed that all arms to be shown have. */
function shownRuns(arms: readonly Arm[]) {
  const shown = SHOWN.flatMap(([name, title]) => {
    const arm = armNamed(arms, name);
    return arm ? [{ title, colour: colourOf(name), runs: arm.runs }] : [];
  });
  const seed = shown[0]?.runs.find((run) =>
    shown.every(({ runs }) => runs.some((other) => other.seed === run.seed)),
  )?.seed;
  return shown.flatMap(({ title, colour, runs }) => {
    const run = runs.find((one) => one.seed === seed);
    return run ? [{ title, colour, path: run.path }] : [];
  });
}

const colourOf = (name: string): string => {
  const own = ARM_COLOURS.get(name);
  return own === undefined || own === BASELINE_COLOUR ? '#333333' : own;
};

/** The first picks that a policy chose; the initial set is random's in every arm. */
function picksOf(path: string, plane: ReadonlyMap<string, PlacedPair>): readonly PlacedPair[] {
  const ids = readLedger(runPaths(path)).flatMap((event) =>
    event.type === 'batch.selected' && event.round > 0 ? event.ids : [],
  );
  return ids.slice(0, PICKS).map((id) => plane.get(id)!);
}

/** All but the outermost thousandth on either side, with a margin. */
function domainOf(pairs: readonly PlacedPair[], axis: 0 | 1): readonly [number, number] {
  const ascending = Float64Array.from(pairs, (pair) => pair[axis]).sort();
  const [low, high] = [quantile(ascending, 0.001), quantile(ascending, 0.999)];
  const margin = 0.04 * (high - low);
  return [low - margin, high + margin];
}
