import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { openStream } from '../src/random/stream.ts';
import { resolvePython } from '../src/worker/links/local/interpreter.ts';
import { ROOT } from '../test/support/balpm.ts';
import { strike } from '../test/support/processes.ts';

// Kills an extraction N times at random instants (its orchestrator or its worker, kill -9), runs the same command to its
// end and compares every byte of the store: `tsx bench/extract-kills.ts [N]`. Build first: `npm run build`.

const kills = Number(process.argv[2] ?? 50);
const folder = mkdtempSync(join(tmpdir(), 'balpm-extract-kills-'));
const at = (name: string): string => join(folder, name);
const python = resolvePython();
const environment = { NO_COLOR: '1', BALPM_PYTHON: python };

prepare();
const begun = performance.now();
await command('whole');
const wallMs = performance.now() - begun;
const expected = bytesOf(at('whole'));
const stream = openStream(['extract-kills']);
const tally = { hit: 0, resumed: 0, made: 0, equal: 0, left: 0 };
for (let index = 0; index < kills; index += 1) {
  const victim = stream.below(2) === 0 ? 'orchestrator' : 'worker';
  const afterMs = stream.uniform() * wallMs;
  const out = `killed-${index}`;
  const run = start(out);
  await setTimeout(afterMs);
  const hit = strike(victim, run.pid as number);
  await run;
  const kept = partsOf(out);
  // Killed after the store got its name, there is nothing to go on with.
  const wasMade = existsSync(at(out));
  const { exitCode, stderr } = wasMade ? { exitCode: 0, stderr: '' } : await start(out);
  const isEqual = exitCode === 0 && bytesOf(at(out)) === expected;
  tally.made += Number(wasMade);
  tally.hit += Number(hit);
  tally.resumed += Number(kept > 0);
  tally.equal += Number(isEqual);
  tally.left += Number(readdirSync(folder).some((name) => name.startsWith(`.${out}.`)));
  if (!isEqual) console.log(`${index} ${victim} ${afterMs.toFixed(0)} ms: status ${exitCode} ${stderr}`);
  rmSync(at(out), { recursive: true, force: true });
}
console.log(
  `${kills} kills within ${(wallMs / 1000).toFixed(1)} s: ${tally.hit} hit a living process, ${tally.resumed} left whole parts, ${tally.made} came after the store had its name, ${tally.equal} stores equal byte for byte, ${tally.left} work folders left`,
);
rmSync(folder, { recursive: true });

function prepare(): void {
  const rows = Array.from({ length: 1200 }, (_, index) => ({
    prompt: `what is number ${Math.floor(index / 3)} of these ${'many '.repeat(index % 7)}questions`,
    response_a: `it is ${index}`,
    response_b: `answer ${index % 11} of them`,
    preferred: 'a',
  }));
  writeFileSync(at('pairs.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const cli = [
    join(ROOT, 'dist/main.js'),
    'data',
    'import',
    at('pairs.jsonl'),
    '--split',
    'train',
    '--out',
    at('dataset'),
  ];
  execFileSync(process.execPath, cli, { stdio: 'ignore' });
  execFileSync(python, [resolve(ROOT, 'test/features/save-tiny-llama.py'), at('model')], { stdio: 'ignore' });
}

function start(out: string) {
  const args = ['features', 'extract', at('dataset'), '--model', at('model'), '--out', at(out)];
  const small = ['--part-tokens', '400', '--token-budget', '128', '--threads', '1', '--device', 'cpu', '--no-quality'];
  return execa(process.execPath, [join(ROOT, 'dist/main.js'), ...args, ...small], {
    reject: false,
    stdin: 'ignore',
    env: environment,
  });
}

async function command(out: string): Promise<void> {
  const { exitCode, stderr } = await start(out);
  if (exitCode !== 0) throw new Error(stderr);
}

function partsOf(out: string): number {
  try {
    return readdirSync(at(`.${out}.extract/00001-of-00001`)).filter((name) => name.endsWith('.json')).length;
  } catch {
    return 0;
  }
}

/** Names and contents of every file, as one hash. */
function bytesOf(directory: string): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .toSorted())
    hash.update(relative(directory, entry)).update(readFileSync(entry));
  return hash.digest('hex');
}
