import { join } from 'node:path';
import type { LoadedConfig } from '../../src/config/load.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { CellOutcome } from '../../src/experiment/lane.ts';
import { openCells } from '../../src/experiment/open-cells.ts';
import { runCells } from '../../src/experiment/run-cells.ts';
import type { BenchArm } from './arms.ts';
import type { BenchWorld } from './worlds.ts';

/** What to run: every arm on a world over the seeds, kept below `directory` so that a second call goes on. */
export interface ArmsToRun {
  readonly world: BenchWorld;
  readonly arms: readonly BenchArm[];
  readonly seeds: readonly number[];
  readonly directory: string;
  readonly lanes: number;
}

/** The runs of one posterior on one world lie side by side, since those can be compared. */
export const groupDirectory = ({ world, directory }: ArmsToRun, posterior: string): string =>
  groupPath(directory, world.name, posterior);

/** The same by name. */
export const groupPath = (directory: string, world: string, posterior: string): string =>
  join(directory, 'runs', `${world}-${posterior}`);

/** Runs what is not done yet and says how each run ended. @throws BalpmError what openCells throws */
export async function runArms(request: ArmsToRun): Promise<readonly CellOutcome[]> {
  const { world, arms, seeds, lanes } = request;
  const outcomes: CellOutcome[] = [];
  for (const posterior of new Set(arms.map((arm) => arm.posterior))) {
    const root = groupDirectory(request, posterior);
    const mine = arms.filter((arm) => arm.posterior === posterior);
    const cells = await Promise.all(mine.flatMap((arm) => seeds.map((seed) => cellOf(arm, seed, world, root))));
    let done = 0;
    outcomes.push(
      ...(await runCells({
        runs: await openCells(cells, root),
        jobs: lanes,
        root,
        signal: new AbortController().signal,
        observe: () => undefined,
        finished: () => {
          done += 1;
          if (done % 20 === 0) process.stderr.write(`${world.name}, ${posterior}: ${done} of ${cells.length} runs\n`);
        },
        note: (sentence) => void process.stderr.write(`${sentence}\n`),
      })),
    );
  }
  return outcomes;
}

async function cellOf(
  arm: BenchArm,
  seed: number,
  world: BenchWorld,
  root: string,
): Promise<{ readonly id: string; readonly loaded: LoadedConfig }> {
  const loaded = await loadConfig(world.config, [
    ...world.overrides,
    ...arm.overrides,
    `seed=${seed}`,
    `output.dir=${root}`,
    '~sweep',
  ]);
  return { id: `${arm.name}-s${seed}`, loaded };
}
