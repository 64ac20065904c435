import type { Command } from 'commander';
import { formatBytes } from '../../base/text/format-bytes.ts';
import { formatCounted } from '../../base/text/format-count.ts';
import type { PrefetchedModel } from '../../features/prefetch-model.ts';
import { featuresPrefetch } from '../../protocol/operations/features-prefetch.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { interpreterSettings } from '../options/interpreter-settings.ts';
import { settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';
import { renderTable } from '../terminal/render-table.ts';
import { prefetchAndTell } from './prefetch-with-progress.ts';

const fields = { ...featuresPrefetch.params.omit({ model: true, fetch: true }).shape, ...interpreterSettings };

/** `balpm features prefetch` */
export function registerPrefetch(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('prefetch'), [
    'balpm features prefetch mistralai/Mistral-7B-v0.1',
    'balpm features prefetch mistralai/Mistral-7B-v0.1 --revision 26bca36bde8333b5d7f72e9ed20ccda6a618af24 --json',
  ])
    .description(
      'bring a hub model into the cache where there is a network, for machines without; tells its size first',
    )
    .argument('<model>', 'hub id (cache: HF_HOME); a model directory is hashed alone');
  withSettings(command, fields).action(async (model: string, given: Record<string, unknown>) => {
    const { python, json, ...settings } = settingsOf(fields, given);
    const found = await prefetchAndTell({ model, ...settings }, resolvePython(python), io);
    if (json) io.printDocument({ model, ...found });
    else print(model, found, io);
  });
}

function print(model: string, { directory, revision, adapter, files }: PrefetchedModel, io: CommandIo): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  io.printLines(renderTable(files.map((file) => ({ file: file.name, bytes: file.bytes, sha256: file.sha256 }))));
  io.print(`${formatCounted(files.length, 'file')}, ${formatBytes(bytes)}`);
  io.print(`model    ${describePlace(model, directory, revision)}`);
  if (adapter !== null) io.print(`adapter  ${describePlace('', adapter.directory, adapter.revision)}`);
}

const describePlace = (model: string, directory: string, revision: string | null): string =>
  revision === null ? directory : [model, `commit ${revision}`, directory].filter(Boolean).join('  ');
