import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStream } from '../src/random/stream.ts';
import { balpm } from '../test/support/balpm.ts';
import { VICTIMS } from '../test/support/processes.ts';
import { writeTinyConfig } from '../test/support/tiny-config.ts';
import { type Aftermath, type Kill, killAndResume, type Lane } from './campaign/killed-run.ts';
import { ownEntries } from './campaign/left-behind.ts';

// Kills the orchestrator, the worker, or both at N random instants of a short run, resumes, and compares:
// `tsx bench/kill-campaign.ts [N] [PROGRESS_FILE]`. With a progress file, kills it holds already are not done again.
// Build first: `npm run build`.

const LANES = 2;
const SHARED_MEMORY = '/dev/shm';
const count = Number(process.argv[2] ?? 500);
const progress = process.argv[3];

const lanes: Lane[] = Array.from({ length: LANES }, () => {
  // Short, because a socket's path must fit in 107 bytes.
  const directory = mkdtempSync('/tmp/kc-');
  return { directory, config: writeTinyConfig(directory) };
});
const sharedBefore = new Set(ownEntries(SHARED_MEMORY));
const { digest, wallMs } = await runWhole(lanes[0] as Lane);
const done = readProgress();
const queue = kills().filter(({ index }) => !done.some((aftermath) => aftermath.index === index));
await Promise.all(lanes.map(work));
const shared = ownEntries(SHARED_MEMORY).filter((name) => !sharedBefore.has(name));
for (const { directory } of lanes) rmSync(directory, { recursive: true });
report();

/** An undisturbed run, for its digest and its length. */
async function runWhole({ config, directory }: Lane): Promise<{ digest: string; wallMs: number }> {
  const begun = performance.now();
  const { status, stderr } = await balpm(['run', '-c', config, '--id', 'whole']);
  if (status !== 0) throw new Error(stderr);
  const length = performance.now() - begun;
  return { digest: (await balpm(['runs', 'digest', join(directory, 'runs', 'whole')])).stdout, wallMs: length };
}

function kills(): Kill[] {
  const stream = openStream(['kill-campaign']);
  return Array.from({ length: count }, (_, index) => ({
    index,
    victim: VICTIMS[stream.below(VICTIMS.length)] as Kill['victim'],
    afterMs: stream.uniform() * wallMs,
  }));
}

async function work(lane: Lane): Promise<void> {
  for (let kill = queue.shift(); kill !== undefined; kill = queue.shift()) {
    const aftermath = await killAndResume(lane, kill);
    done.push(aftermath);
    if (progress !== undefined) appendFileSync(progress, `${JSON.stringify(aftermath)}\n`);
    const faults = faultsOf(aftermath);
    if (faults.length > 0)
      console.log(`${kill.index} ${kill.victim} ${kill.afterMs.toFixed(0)} ms: ${faults.join('; ')}`);
    clear(lane);
  }
}

/** What one kill leaves behind is counted once. */
function clear({ directory }: Lane): void {
  for (const name of ['x', 't', 'runs']) rmSync(join(directory, name), { recursive: true, force: true });
}

function readProgress(): Aftermath[] {
  if (progress === undefined || !existsSync(progress)) return [];
  const lines = readFileSync(progress, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Aftermath).filter(({ index }) => index < count);
}

function faultsOf(aftermath: Aftermath): string[] {
  const { orphans, processes, sockets, files, fault } = aftermath;
  return [
    ...(aftermath.digest === digest ? [] : ['another digest']),
    ...(orphans + processes === 0 ? [] : [`${orphans + processes} processes left`]),
    ...[...sockets, ...files].map((name) => `'${name}' left`),
    ...(fault === null ? [] : [fault]),
  ];
}

function report(): void {
  console.log(`run of ${wallMs.toFixed(0)} ms, digest ${digest.slice(0, 16)}…`);
  console.log('victim        kills   hit  status 0  same digest  processes  sockets  files');
  for (const victim of VICTIMS) {
    const rows = done.filter((aftermath) => aftermath.victim === victim);
    const tally = (isOne: (row: Aftermath) => boolean): number => rows.filter(isOne).length;
    const columns = [
      rows.length,
      tally(({ hit }) => hit),
      tally(({ status }) => status === 0),
      tally((row) => row.digest === digest),
      tally(({ orphans, processes }) => orphans + processes > 0),
      tally(({ sockets }) => sockets.length > 0),
      tally(({ files }) => files.length > 0),
    ];
    const widths = [5, 6, 10, 13, 11, 9, 7];
    console.log(victim.padEnd(14) + columns.map((value, index) => String(value).padStart(widths[index] ?? 8)).join(''));
  }
  console.log(`left in ${SHARED_MEMORY}: ${shared.length === 0 ? 'nothing' : shared.join(', ')}`);
  const faulty = done.filter((row) => faultsOf(row).length > 0).length;
  console.log(`${done.length} kills, ${faulty} with faults`);
  process.exitCode = faulty + shared.length === 0 ? 0 : 1;
}
