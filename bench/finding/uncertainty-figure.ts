import { latestDiagnostics } from '../../src/diagnostics/latest-diagnostics.ts';
import type { Arm } from '../../src/evaluation/arms.ts';
import { figureName } from '../../src/figures/figure-name.ts';
import { uncertaintyDistance } from '../../src/figures/uncertainty-distance.ts';
import { ARM_COLOURS } from './arm-colours.ts';
import { narrowed, type PageFigure, type Panel, renderPanels } from './panels.ts';
import { armNamed } from './world-arms.ts';

const SHOWN = [
  ['today-bal-pm', 'Deep ensemble, picks of BAL-PM'],
  ['linear-sample', 'Bayesian linear, picks of sample'],
] as const;

/** Uncertainty against the distance of the answers on a world's pool, under both posteriors; null without such runs. */
export async function uncertaintyFigure(world: string, arms: readonly Arm[]): Promise<PageFigure | null> {
  const panels = SHOWN.flatMap(([name, title]) => panelOf(armNamed(arms, name), title) ?? []);
  if (panels.length === 0) return null;
  return {
    name: figureName('uncertainty', world),
    svg: await renderPanels(panels),
    caption: `Epistemic uncertainty against the distance of a pair's two answers, ${world}, last batch of the first seed: median and 5 % to 95 % of the pool in grey, of the picks in colour. ρ is the rank correlation over the pool.`,
  };
}

function panelOf(arm: Arm | undefined, title: string): Panel | null {
  const figure = arm && uncertaintyDistance(arm, ARM_COLOURS);
  if (!figure) return null;
  const { chosen } = latestDiagnostics(arm.runs[0]?.diagnostics ?? []);
  const correlation = chosen?.batch.distance;
  const found = correlation === null || correlation === undefined ? '' : `, ρ = ${correlation.toFixed(2)}`;
  return { ...narrowed(figure.spec), title: `${title}${found}` };
}
