import type { Command } from 'commander';
import { formatBytes } from '../../base/text/format-bytes.ts';
import { formatCounted } from '../../base/text/format-count.ts';
import type { PrefetchedModel } from '../../features/prefetch-model.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { withExamples } from '../options/with-examples.ts';
import { renderTable } from '../terminal/render-table.ts';
import { prefetchAndTell } from './prefetch-with-progress.ts';

interface PrefetchFlags {
  readonly revision?: string;
  readonly adapter?: string;
  readonly trustRemoteCode?: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

/** `balpm features prefetch` */
export function registerPrefetch(features: Command, io: CommandIo): void {
  withExamples(features.command('prefetch'), [
    'balpm features prefetch mistralai/Mistral-7B-v0.1',
    'balpm features prefetch mistralai/Mistral-7B-v0.1 --revision 26bca36bde8333b5d7f72e9ed20ccda6a618af24 --json',
  ])
    .description(
      'bring a hub model into the cache where there is a network, for machines without; tells its size first',
    )
    .argument('<model>', 'hub id (cache: HF_HOME); a model directory is hashed alone')
    .option('--revision <name>', 'branch, tag or commit of a hub model')
    .option('--adapter <dir or id>', 'PEFT adapter to bring too')
    .option('--trust-remote-code', 'the Python files that the model brings along too; none is run')
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action(async (model: string, flags: PrefetchFlags) => {
      const { revision = null, adapter = null, trustRemoteCode = false } = flags;
      const settings = { model, revision, adapter, trustRemoteCode };
      const found = await prefetchAndTell(settings, resolvePython(flags.python), io);
      if (flags.json) io.printDocument({ model, ...found });
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
