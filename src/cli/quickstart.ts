import { join } from 'node:path';
import { Command } from 'commander';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import type { CommandIo, CommandModule } from './command.ts';
import * as compare from './compare/compare.ts';
import { withExamples } from './options/with-examples.ts';
import * as report from './report.ts';
import * as sweep from './sweep/sweep.ts';

const CONFIG = join(PACKAGE_ROOT, 'configs', 'quickstart.yaml');
const RUNS = join('runs', 'quickstart');

/** `balpm quickstart` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm quickstart', 'balpm quickstart rounds=3 seed=1..2']);
  command
    .argument('[key=values...]', 'settings, as sweep takes them; output.dir stays runs')
    .action((settings: string[]) => quickstart(settings, io));
}

/** Sweeps three policies over five seeds on a synthetic world, compares them and writes the report. */
async function quickstart(settings: readonly string[], io: CommandIo): Promise<void> {
  const sweepIo = { ...io, print: io.note };
  await call(sweep, ['-c', CONFIG, '--id', 'quickstart', ...settings, 'output.dir=runs'], sweepIo);
  await call(compare, [RUNS], io);
  io.print('');
  await call(report, [RUNS, '--out', join(RUNS, 'report')], { ...io, print: (page) => io.print(`Report: ${page}`) });
}

async function call({ register: registerOn }: CommandModule, args: readonly string[], io: CommandIo): Promise<void> {
  const command = new Command().exitOverride();
  registerOn(command, io);
  await command.parseAsync(args, { from: 'user' });
}
