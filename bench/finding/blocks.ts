import { DECISION_TITLES, decisionRows } from '../defaults/decision-rows.ts';
import type { WorldRuns } from '../defaults/judge-arms.ts';
import { curvesFigure } from './curves-figure.ts';
import type { PageFigure } from './panels.ts';
import { picksFigure } from './picks-figure.ts';
import { picksTable } from './picks-table.ts';
import { renderTable } from './render-table.ts';
import { uncertaintyFigure } from './uncertainty-figure.ts';
import { uncertaintyTable } from './uncertainty-table.ts';
import { worldArms } from './world-arms.ts';

/** What stands between the markers of a name in a page. */
export interface Block {
  readonly page: string;
  readonly name: string;
  readonly content: string;
}

/** Everything that is made of the comparison's runs. */
export interface Finding {
  readonly figures: readonly PageFigure[];
  readonly blocks: readonly Block[];
}

const POSTERIORS = ['today-random', 'linear-random'];

/** Figures, tables and sentences of the runs of some worlds; worlds that are not there are told. `all` names every world. */
export async function findingOf(worlds: readonly WorldRuns[], all: readonly string[]): Promise<Finding> {
  const drawn = worlds.map((runs) => ({ world: runs.world, arms: worldArms(runs) })).filter(({ arms }) => arms[0]);
  const draw = async (figure: typeof curvesFigure) =>
    (await Promise.all(drawn.map(({ world, arms }) => figure(world, arms)))).filter((found) => found !== null);
  const [uncertainty, picks, curves] = [
    await draw(uncertaintyFigure),
    await draw(picksFigure),
    await draw(curvesFigure),
  ];
  const placed = drawn.flatMap(({ world, arms }) => arms.map((arm) => ({ world, arm })));
  const rows = decisionRows(worlds);
  const onPolicies = {
    runs: describeRuns(drawn, all),
    'uncertainty-figures': renderFigures(uncertainty),
    uncertainty: uncertaintyTable(placed, 'test'),
    'picks-figures': renderFigures(picks),
    picks: picksTable(placed),
    curves: renderFigures(curves),
    comparison: renderTable(DECISION_TITLES, rows),
  };
  return {
    figures: [...uncertainty, ...picks, ...curves],
    blocks: [
      ...Object.entries(onPolicies).map(([name, content]) => ({ page: 'policies.md', name, content })),
      {
        page: 'posterior.md',
        name: 'posteriors',
        content: renderTable(
          DECISION_TITLES,
          rows.filter(([, arm]) => POSTERIORS.includes(arm!)),
        ),
      },
    ],
  };
}

type Drawn = { readonly world: string; readonly arms: ReturnType<typeof worldArms> };

function describeRuns(drawn: readonly Drawn[], all: readonly string[]): string {
  const there = drawn.map(({ world, arms }) => {
    const seeds = arms.map(({ runs }) => runs.length);
    const [least, most] = [Math.min(...seeds), Math.max(...seeds)];
    const of = least === most ? `${least}` : `${least} to ${most}`;
    return `\`${world}\` (${of} seeds)`;
  });
  const absent = all.filter((name) => !drawn.some(({ world }) => world === name));
  const rest = absent.length === 0 ? '' : ` Not run yet: ${absent.map((name) => `\`${name}\``).join(', ')}.`;
  return `Runs below: ${there.join(', ')}.${rest}`;
}

const renderFigures = (figures: readonly PageFigure[]): string =>
  figures.map(({ name, caption }) => `![${caption}](figures/${name}.svg)\n\n*${caption}*`).join('\n\n');
