import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { commandLine } from '../test/support/fuzz/command-lines.ts';
import { damagedInput, layOutDamage } from '../test/support/fuzz/damaged-inputs.ts';
import { makeFuzzWorld } from '../test/support/fuzz/fuzz-world.ts';
import { listCommands } from '../test/support/fuzz/list-commands.ts';
import { faultOf, tryLine } from '../test/support/fuzz/try-line.ts';

// Command lines and damaged files without number, in this process, for a fault of ours or a stack:
// `tsx bench/fuzz.ts [--cases 3000] [--seed 1]`. Ends with 1 when there was any.

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '3000' }, seed: { type: 'string', default: '1' } },
});
const root = mkdtempSync(join(tmpdir(), 'balpm-fuzz-'));
process.chdir(root);
const statuses = new Map<number, number>();
let wrong = 0;

async function tryOne(argv: readonly string[], of: string): Promise<void> {
  const begun = performance.now();
  const tried = await tryLine(argv);
  if (performance.now() - begun > 5000)
    console.log(`SLOW ${((performance.now() - begun) / 1000).toFixed(1)} s: ${JSON.stringify(argv).slice(0, 500)}`);
  statuses.set(tried.status, (statuses.get(tried.status) ?? 0) + 1);
  const fault = faultOf(tried);
  if (fault === undefined) return;
  wrong += 1;
  console.log(`WRONG ${JSON.stringify(argv).slice(0, 400)} ${of}\n  ${fault.slice(0, 700)}`);
}

try {
  const world = await makeFuzzWorld(root);
  const parameters = { numRuns: Number(values.cases), seed: Number(values.seed) };
  for (const argv of fc.sample(commandLine(world, await listCommands()), parameters)) await tryOne(argv, '');
  console.log(`command lines: ${values.cases} tried`);
  for (const damaged of fc.sample(damagedInput(world), parameters)) {
    const folder = join(root, 'case');
    await tryOne(layOutDamage(damaged, folder), damaged.input.file);
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`damaged files: ${values.cases} tried`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} with status ${status}`);
console.log(`${wrong} wrong; ${counts.join(', ')}`);
process.exit(wrong > 0 ? 1 : 0);
