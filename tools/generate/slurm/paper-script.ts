import { relative } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import type { Recipe } from '../../../src/config/recipes.ts';
import { loadSweep, type SweepCell } from '../../../src/config/sweep.ts';
import { readKnownSizes } from '../../../src/experiment/planning/known-sizes.ts';
import { cellIdentity } from '../../../src/slurm/submission/cell-config.ts';
import { batchScript, type Resources } from './batch-script.ts';
import { featuresGiB } from './features-size.ts';
import { paperBody } from './paper-body.ts';
import type { PaperRow } from './paper-table.ts';

/** The script of one experiment: an element of its array is a cell of the recipe's grid; plain bash runs the sweep. */
export async function paperScript({ name, summary, path }: Recipe, row: PaperRow): Promise<string> {
  const short = name.slice('paper/'.length);
  const { config } = await loadConfig(path);
  const cells = await loadSweep(path, [], cellIdentity);
  const stores = placesOf(cells, ({ data }) => (data.type === 'directory' ? [data.store, ...(data.stores ?? [])] : []));
  const others = placesOf(cells, ({ data }) => (data.type === 'directory' ? [data.dataset, ...data.columns] : []));
  const [dataset = ''] = others;
  const features = featuresGiB(await readKnownSizes(), dataset, stores);
  return batchScript({
    source: `configs/${name}.yaml`,
    about: [
      ...wrap(`${summary} Experiment: ${row.experiment}. Figure of the paper: ${row.figure ?? 'none'}.`),
      '',
      `Recipe    ${name}; with BALPM_PRESET=reference in the environment ${name.replace('paper/', 'paper/reference/')}`,
      `Cells     ${cells.length}, one an element of the array; runs/${short}/CELL (BALPM_RUNS: another directory than runs)`,
      `Reads     ${[...others, ...stores].join(', ')} (slurm/README.md: how they are made)`,
      '',
      `Slurm     sbatch slurm/paper/${short}.sbatch                      where data/ and features/ are`,
      `          sbatch -p PARTITION -A ACCOUNT slurm/paper/${short}.sbatch KEY=VALUE …   other values for every cell`,
      `No Slurm  bash slurm/paper/${short}.sbatch                        the same cells, one after the other`,
      'Go on     the same again: what is done is passed over, what was stopped goes on',
      `Look      balpm compare runs/${short}; balpm report runs/${short} --out runs/${short}/report`,
    ],
    jobName: short,
    resources: resourcesOf(features, config.acquisition.initial === 'all'),
    array: { first: 0, last: cells.length - 1 },
    body: paperBody(short, Object.keys(config.sweep), cells),
  });
}

/** Distinct places that cells read, relative to the working directory. */
function placesOf(
  cells: readonly SweepCell[],
  find: (config: SweepCell['loaded']['config']) => readonly string[],
): string[] {
  const all = cells.flatMap(({ loaded }) => find(loaded.config));
  return [...new Set(all.map((place) => relative('.', place)))];
}

/** `features`: GiB. */
function resourcesOf(features: number, isOnce: boolean): Resources {
  return {
    cpus: 2,
    memory: 16 * Math.ceil((2 * features + 8) / 16),
    gpus: 1,
    time: isOnce ? '08:00:00' : '1-00:00:00',
    goesOn: true,
    why: [
      'CPUs      Node, and the worker’s one thread (worker.threads)',
      `Memory    twice the features, ${features.toFixed(1)} GiB at most in float32, and 8 GiB; not measured on these data`,
      ...(isOnce
        ? ['Time      one training on the whole pool; not measured']
        : ['Time      the paper’s own account: about a day on an A100; not measured. A cell that needs more goes on']),
    ],
  };
}

const WIDTH = 110;

/** A paragraph as lines. */
function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string;
    if (line.length + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
