import type { Arm } from '../../src/evaluation/arms.ts';
import { curvesFigure } from './curves-figure.ts';
import type { PageFigure } from './panels.ts';
import { picksFigure } from './picks-figure.ts';
import { uncertaintyFigure } from './uncertainty-figure.ts';

/** A world and its finished runs by arm. */
export interface DrawnWorld {
  readonly world: string;
  readonly arms: readonly Arm[];
}

/** Figures by the place they have in the pages. */
export interface Figures {
  readonly uncertainty: readonly PageFigure[];
  readonly picks: readonly PageFigure[];
  readonly curves: readonly PageFigure[];
}

/** Where distance means something: beside the first of the other worlds in the picture of uncertainty. */
const CONTRAST = 'synthetic';

/** Draws what the runs have: curves of every world, picks and uncertainty of the first that has them. */
export async function drawFigures(worlds: readonly DrawnWorld[]): Promise<Figures> {
  const contrast = worlds.filter(({ world }) => world === CONTRAST);
  const others = worlds.filter(({ world }) => world !== CONTRAST);
  return {
    uncertainty: [...(await firstOf(others, uncertaintyFigure)), ...(await firstOf(contrast, uncertaintyFigure))],
    picks: await firstOf(others, picksFigure),
    curves: (await Promise.all(worlds.map(({ world, arms }) => curvesFigure(world, arms)))).filter(
      (figure) => figure !== null,
    ),
  };
}

async function firstOf(
  worlds: readonly DrawnWorld[],
  draw: (world: string, arms: readonly Arm[]) => Promise<PageFigure | null>,
): Promise<readonly PageFigure[]> {
  for (const { world, arms } of worlds) {
    const figure = await draw(world, arms);
    if (figure !== null) return [figure];
  }
  return [];
}
