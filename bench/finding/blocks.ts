import { DECISION_TITLES, decisionRows } from '../defaults/decision-rows.ts';
import type { WorldRuns } from '../defaults/judge-arms.ts';
import { describeFinding } from './describe-finding.ts';
import { describeRuns } from './describe-runs.ts';
import { type DrawnWorld, drawFigures, type Figures } from './draw-figures.ts';
import type { PageFigure } from './panels.ts';
import { picksTable } from './picks-table.ts';
import { renderTable } from './render-table.ts';
import { uncertaintyTable } from './uncertainty-table.ts';
import { worldArms } from './world-arms.ts';

/** The decision's columns but the last, which compares policies. */
const POSTERIOR_COLUMNS = DECISION_TITLES.length - 1;

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

/** Figures, tables and sentences of the runs of some worlds, in their order; `all` names those that should be there. */
export async function findingOf(worlds: readonly WorldRuns[], all: readonly string[]): Promise<Finding> {
  const drawn = worlds.map((runs) => ({ world: runs.world, arms: worldArms(runs) })).filter(({ arms }) => arms[0]);
  const figures = await drawFigures(drawn);
  const blocks = { ...picturesOf(figures), ...wordsOf(drawn, all), ...tablesOf(worlds, drawn) };
  return {
    figures: Object.values(figures).flat(),
    blocks: Object.entries(blocks).map(([name, content]) => ({
      page: name === 'posteriors' ? 'posterior.md' : 'policies.md',
      name,
      content,
    })),
  };
}

const picturesOf = (figures: Figures): Readonly<Record<string, string>> => ({
  'uncertainty-figures': renderFigures(figures.uncertainty),
  'picks-figures': renderFigures(figures.picks),
  curves: renderFigures(figures.curves),
});

const wordsOf = (drawn: readonly DrawnWorld[], all: readonly string[]): Readonly<Record<string, string>> => ({
  finding: describeFinding(drawn),
  runs: describeRuns(drawn, all),
});

function tablesOf(worlds: readonly WorldRuns[], drawn: readonly DrawnWorld[]): Readonly<Record<string, string>> {
  const placed = drawn.flatMap(({ world, arms }) => arms.map((arm) => ({ world, arm })));
  const rows = decisionRows(worlds);
  const ofRandom = rows.filter(([, arm]) => arm!.endsWith('-random')).map((row) => row.slice(0, POSTERIOR_COLUMNS));
  return {
    uncertainty: uncertaintyTable(placed, 'test'),
    picks: picksTable(placed),
    comparison: renderTable(DECISION_TITLES, rows),
    posteriors: renderTable(DECISION_TITLES.slice(0, POSTERIOR_COLUMNS), ofRandom),
  };
}

const renderFigures = (figures: readonly PageFigure[]): string =>
  figures.length === 0
    ? 'No run to draw is there yet.'
    : figures.map(({ name, caption }) => `![${caption}](figures/${name}.svg)\n\n*${caption}*`).join('\n\n');
