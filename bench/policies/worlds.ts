import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAlpacaStore } from '../alpaca-store.ts';

/** A data set of the table: the configuration and the overrides that name its data. */
export interface BenchWorld {
  readonly name: string;
  readonly config: string;
  readonly overrides: readonly string[];
}

/** The quickstart's synthetic world, and alpaca-pairs with MiniLM features where the shared data is there. */
export async function prepareWorlds(directory: string, shared: string): Promise<readonly BenchWorld[]> {
  const synthetic = { name: 'synthetic', config: 'configs/examples/clustered-ensemble.yaml', overrides: [] };
  const source = join(shared, 'data', 'alpaca-pairs');
  if (!existsSync(source)) {
    process.stderr.write(`alpaca-pairs is left out: there is no '${source}'\n`);
    return [synthetic];
  }
  const [dataset, store] = [join(directory, 'alpaca-pairs'), join(directory, 'alpaca-minilm')];
  if (!existsSync(dataset)) {
    execFileSync(process.execPath, ['dist/main.js', 'data', 'import', source, '--out', dataset], { stdio: 'ignore' });
  }
  if (!existsSync(store)) await writeAlpacaStore(source, dataset, store);
  const overrides = [`data.dataset=${dataset}`, `data.store=${store}`];
  return [synthetic, { name: 'alpaca-pairs', config: 'configs/examples/minilm.yaml', overrides }];
}
