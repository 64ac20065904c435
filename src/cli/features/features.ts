import type { Command } from 'commander';
import { describeStore } from '../../features/store/describe-store.ts';
import { checkStoreFiles, readStoreManifest } from '../../features/store/store.ts';
import type { CommandIo } from '../command.ts';
import { withExamples } from '../options/with-examples.ts';
import { registerExtract } from './extract/register-extract.ts';
import { registerFeatureImport } from './import-features.ts';
import { registerCut } from './register-cut.ts';
import { registerExport } from './register-export.ts';
import { registerMerge } from './register-merge.ts';
import { registerPrefetch } from './register-prefetch.ts';
import { registerPush } from './register-push.ts';
import { registerQuality } from './register-quality.ts';
import { registerUncertainty } from './register-uncertainty.ts';
import { registerVerify } from './register-verify.ts';

/** `balpm features extract|merge|cut|verify|import|export|push|prefetch|show|uncertainty|quality` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm features extract datasets/pairs --model models/all-MiniLM-L6-v2 --out stores/minilm',
    'balpm features show stores/minilm',
    'balpm features uncertainty datasets/pairs --model models/SmolLM2-135M --out columns/entropy.jsonl',
  ]);
  registerExtract(command, io);
  registerMerge(command, io);
  registerCut(command, io);
  registerVerify(command, io);
  registerFeatureImport(command, io);
  registerExport(command, io);
  registerPush(command, io);
  registerPrefetch(command, io);
  registerShow(command, io);
  registerUncertainty(command, io);
  registerQuality(command, io);
}

function registerShow(command: Command, io: CommandIo): void {
  withExamples(command.command('show'), [
    'balpm features show stores/minilm',
    'balpm features show stores/minilm --json',
  ])
    .description('print what a feature store holds and where it comes from, and check its bytes')
    .argument('<store>', 'feature store directory')
    .option('--json', 'print one JSON document')
    .action(async (path: string, flags: { json?: boolean }) => {
      const manifest = await readStoreManifest(path);
      await checkStoreFiles(path, manifest);
      if (flags.json) io.printDocument({ store: path, ...manifest });
      else describeStore(manifest).forEach(([name, value]) => io.print(`${name.padEnd(24)} ${value}`));
      io.note('the tensors are those of the manifest (size, SHA-256, shapes), every feature is finite');
    });
}
