import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeScratch } from '../../support/balpm.ts';
import { commandLine } from '../../support/fuzz/command-lines.ts';
import { damagedInput, layOutDamage } from '../../support/fuzz/damaged-inputs.ts';
import { type FuzzWorld, makeFuzzWorld } from '../../support/fuzz/fuzz-world.ts';
import { type ListedCommand, listCommands } from '../../support/fuzz/list-commands.ts';
import { faultOf, tryLine } from '../../support/fuzz/try-line.ts';

// A slice of `tsx bench/fuzz.ts`, the same in every run.
const SLICE = { numRuns: 160, seed: 20 };

const scratch = makeScratch();
const [directory, python] = [process.cwd(), process.env['BALPM_PYTHON']];
let world: FuzzWorld;
let commands: readonly ListedCommand[];
beforeAll(async () => {
  process.chdir(scratch.path);
  world = await makeFuzzWorld(scratch.path);
  commands = await listCommands();
});
afterAll(() => {
  process.chdir(directory);
  if (python === undefined) delete process.env['BALPM_PYTHON'];
  else process.env['BALPM_PYTHON'] = python;
  scratch.remove();
});

test('no command line is a fault of balpm', async () => {
  for (const argv of fc.sample(commandLine(world, commands), SLICE)) {
    const fault = faultOf(await tryLine(argv));
    expect(fault && { argv, fault }).toBeUndefined();
  }
});

test('no damaged file is a fault of balpm', async () => {
  const folder = join(scratch.path, 'case');
  for (const damaged of fc.sample(damagedInput(world), SLICE)) {
    const argv = layOutDamage(damaged, folder);
    const fault = faultOf(await tryLine(argv));
    expect(fault && { argv, file: damaged.input.file, fault }).toBeUndefined();
    rmSync(folder, { recursive: true, force: true });
  }
});
