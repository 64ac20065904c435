import { dataError } from '../../base/errors.ts';
import { readText } from '../../base/files/files.ts';
import { VERSION } from '../../base/package-info.ts';
import { hashOf } from '../../base/text/canonical-json.ts';
import { parseJson } from '../../base/text/parse-json.ts';
import type { PlainObject } from '../../base/yaml/plain.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { experimentIdentity } from '../../config/identity.ts';
import { configOf, type LoadedConfig } from '../../config/load.ts';
import { readPreset } from '../../config/presets.ts';
import type { SweepCell } from '../../config/sweep.ts';
import { inputsKey } from '../../loop/problem/inputs.ts';
import { openSettings } from '../../posterior/open-settings.ts';
import type { Campaign } from '../campaign/campaign.ts';
import type { CellUnit } from '../campaign/unit.ts';

/** Hash of all that determines the result of a cell: equal for equal experiments with equal data paths. */
export const cellIdentity = (config: ExperimentConfig): string =>
  hashOf({ inputs: inputsKey(config), ...experimentIdentity(config) });

/** Whether a run is that of a cell: equal in all keys but those that the cell takes from its features. */
export function isOfCell(
  config: ExperimentConfig,
  { identity, open = [] }: Pick<CellUnit, 'identity' | 'open'>,
): boolean {
  const { head, training } = config.posterior;
  const left = Object.entries(training).map(([key, value]) => [key, open.includes(`training.${key}`) ? null : value]);
  const posterior = {
    ...config.posterior,
    head: open.includes('head') ? null : head,
    training: { ...training, ...Object.fromEntries(left) },
  };
  return cellIdentity({ ...config, posterior }) === identity;
}

/** A cell of a sweep as a unit. */
export function unitOf({ id, loaded }: SweepCell): CellUnit {
  const open = openSettings(loaded.config.posterior);
  return {
    kind: 'cell',
    id,
    overrides: [...loaded.overrides],
    arm: loaded.config.acquisition.name,
    identity: cellIdentity(loaded.config),
    ...(open.length > 0 && { open }),
  };
}

/**
 * Reads the frozen configuration once and returns a function that loads a cell of it, as the sweep would have.
 * @throws BalpmError (data) when a cell is no longer the submitted experiment, because of another version of balpm.
 */
export async function openCellConfigs({ paths, manifest }: Campaign): Promise<(unit: CellUnit) => LoadedConfig> {
  const text = await readText(paths.config, 'configuration of the campaign');
  const tree = parseJson(await readText(paths.tree, 'configuration of the campaign')) as PlainObject;
  const preset = await readPreset(manifest.preset ?? null);
  const file = { path: manifest.config ?? paths.config, text, tree, lineOf: () => undefined };
  return (unit) => {
    const loaded = configOf(file, unit.overrides, preset);
    const { acquisition } = loaded.config;
    const named = { ...loaded, config: { ...loaded.config, acquisition: { ...acquisition, name: unit.arm } } };
    if (cellIdentity(named.config) === unit.identity) return named;
    throw dataError(
      `Cannot run cell '${unit.id}': its experiment is not the submitted one (submitted by balpm ${manifest.version}, this is ${VERSION}); use the version that submitted it, or submit under a new --id`,
    );
  };
}
