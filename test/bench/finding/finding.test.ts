import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_ARMS, GROUP } from '../../../bench/defaults/arms.ts';
import type { WorldRuns } from '../../../bench/defaults/judge-arms.ts';
import { ARM_COLOURS } from '../../../bench/finding/arm-colours.ts';
import { type Finding, findingOf } from '../../../bench/finding/blocks.ts';
import { curveOf, pairedArms } from '../../../bench/finding/curves-figure.ts';
import { worldArms } from '../../../bench/finding/world-arms.ts';
import { worldsShown } from '../../../bench/finding/worlds-shown.ts';
import { writeFinding } from '../../../bench/finding/write-finding.ts';
import { groupPath, runArms } from '../../../bench/policies/run-arms.ts';
import { findRunRecords } from '../../../src/ledger/read-run-record.ts';
import { writeTinyStores } from '../../support/tiny-stores.ts';

const root = mkdtempSync(join(tmpdir(), 'finding-'));
const ARMS = DEFAULT_ARMS.map(({ name }) => name);
let [world, finding] = [{} as WorldRuns, {} as Finding];

beforeAll(async () => {
  const { dataset, stores } = await writeTinyStores(root);
  const config = join(root, 'tiny.yaml');
  writeFileSync(
    config,
    `rounds: 3
data: { type: directory, dataset: ${dataset}, store: ${stores[0]} }
acquisition: { policy: random, initial: 16, batch: 8, batch-entropy: { k: 4 } }
posterior:
  members: 3
  head: { layers: [16, 8], init: xavier_normal }
  training: { lr: 3e-3, epochs: 3, evalEvery: 5 }
`,
  );
  const name = 'alpaca-pairs';
  const request = {
    world: { name, config, overrides: [] },
    arms: DEFAULT_ARMS,
    seeds: [1, 2],
    directory: root,
    lanes: 1,
  };
  const outcomes = await runArms(request);
  expect(outcomes.filter(({ status }) => status === 'failed')).toEqual([]);
  world = { world: name, runs: await findRunRecords([groupPath(root, name, GROUP)]) };
  finding = await findingOf([world], [name, 'synthetic']);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const blockOf = (name: string): string => finding.blocks.find((block) => block.name === name)!.content;
const cellsOf = (name: string): string[][] =>
  blockOf(name)
    .split('\n')
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | '));

test('findingOf() draws uncertainty, picks and curves, small and on white', () => {
  expect(finding.figures.map(({ name }) => name)).toEqual([
    'uncertainty-alpaca-pairs',
    'picks-alpaca-pairs',
    'curves-alpaca-pairs',
  ]);
  for (const { svg } of finding.figures) {
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('fill="white"');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.length).toBeLessThan(60_000);
  }
});

test('findingOf() draws a dot for each pick, in a panel for each policy', () => {
  const { svg } = finding.figures.find(({ name }) => name.startsWith('picks'))!;
  const dots = [...svg.matchAll(/ d="(M[^"]*h0)"/g)].map(([, path]) => path!.split('h0').length - 1);
  const picks = 2 * 8; // the first batch is the initial set
  expect(dots.filter((_count, layer) => layer % 2 === 1)).toEqual([picks, picks, picks]);
});

test('findingOf() has a row for every arm in its tables, the baseline without a difference', () => {
  for (const name of ['comparison', 'uncertainty', 'picks']) expect(cellsOf(name).map(([, arm]) => arm)).toEqual(ARMS);
  expect(cellsOf('comparison').map(([, , seeds]) => seeds)).toEqual(ARMS.map(() => '2'));
  expect(cellsOf('comparison')[0]!.slice(4)).toEqual(['–', '–', '–']);
  expect(cellsOf('posteriors').map(([, arm]) => arm)).toEqual(['today-random', 'linear-random', 'features-random']);
  expect(cellsOf('posteriors')[1]).toEqual(
    cellsOf('comparison')
      .find(([, arm]) => arm === 'linear-random')!
      .slice(0, -1),
  );
});

test('findingOf() holds linear arms, and no others, against random picks on the same model', () => {
  const area = (arm: string, seed: number): number => {
    const { rounds } = world.runs.find((run) => run.policy === arm && run.seed === seed)!;
    const [one, two, three] = rounds.map(({ splits }) => splits['test']!.logLikelihood) as [number, number, number];
    return (one + 2 * two + three) / 4; // trapezoids over equal steps
  };
  for (const [, arm, , , , , cell] of cellsOf('comparison')) {
    if (!['linear-sample', 'linear-best-of'].includes(arm!)) {
      expect(cell, arm).toBe('–');
      continue;
    }
    const [first, second] = [1, 2].map((seed) => area(arm!, seed) - area('linear-random', seed)) as [number, number];
    const found = cell!.match(/^([+−])([\d.]+) \[/)!;
    expect(Number(found[2]) * (found[1] === '−' ? -1 : 1), arm).toBeCloseTo((first + second) / 2, 4);
  }
});

test('every arm has a colour of its own', () => {
  expect(new Set(ARMS.map((arm) => ARM_COLOURS.get(arm))).size).toBe(ARMS.length);
  expect(ARMS.filter((arm) => !ARM_COLOURS.has(arm))).toEqual([]);
});

test('findingOf() tells which worlds are there and which are not', () => {
  expect(blockOf('runs')).toBe(`Runs: \`alpaca-pairs\` (${ARMS.length} arms, 2 seeds). Without runs: \`synthetic\`.`);
  expect(blockOf('finding')).toMatch(/^- `alpaca-pairs`: The two answers lie \d\.\d\d apart on average in the pool, /);
});

test('findingOf() tells the mean distance of the whole pool, not of what batches left of it', () => {
  const runs = world.runs.filter(({ policy }) => policy === 'today-bal-pm');
  const pools = runs.map(({ diagnostics = [] }) =>
    diagnostics.flatMap((line) => (line.type === 'batch' ? [line.batch.quantities['distance']!.pool.mean] : [])),
  );
  expect(pools.map(({ length }) => length)).toEqual([2, 2]);
  const whole = (pools[0]![0]! + pools[1]![0]!) / 2;
  expect(blockOf('finding')).toContain(`lie ${whole.toFixed(2)} apart on average in the pool`);
});

test('findingOf() says nothing of runs without diagnostics', async () => {
  const runs = world.runs.map(({ diagnostics: _diagnostics, ...run }) => run);
  const { blocks } = await findingOf([{ ...world, runs }], ['alpaca-pairs']);
  expect(blocks.find(({ name }) => name === 'finding')?.content).toBe('');
  expect(blocks.map(({ content }) => content).join('')).not.toMatch(/NaN|undefined/);
});

test('pairedArms() keeps the seeds that all arms have', () => {
  const arms = worldArms({ ...world, runs: world.runs.filter(({ seed, policy }) => seed === 2 || policy !== ARMS[3]) });
  expect(pairedArms(arms).map(({ policy, runs }) => [policy, runs.map(({ seed }) => seed)])).toEqual(
    ARMS.map((arm) => [arm, [2]]),
  );
  const apart = worldArms({
    ...world,
    runs: world.runs.filter(({ seed, policy }) => (seed === 2) === (policy === ARMS[3])),
  });
  expect(pairedArms(apart)).toEqual([]);
});

test('findingOf() leaves out runs that have not ended, and says that nothing is there to draw', async () => {
  const unfinished = world.runs.map((run) => ({ ...run, status: 'incomplete' as const }));
  const { figures, blocks } = await findingOf([{ ...world, runs: unfinished }], ['alpaca-pairs']);
  expect(figures).toEqual([]);
  expect(blocks.find(({ name }) => name === 'curves')?.content).toBe('No run to draw is there yet.');
});

test('curveOf() is the mean over seeds of each round at its labels', () => {
  const arm = worldArms(world)[0]!;
  const values = arm.runs.map(({ rounds }) => rounds.map(({ splits }) => splits['test']!.logLikelihood));
  const { points } = curveOf(arm, 'test');
  expect(points.map(({ x }) => x)).toEqual([16, 24, 32]);
  points.forEach(({ value }, round) => expect(value).toBeCloseTo((values[0]![round]! + values[1]![round]!) / 2, 12));
  expect(curveOf(arm, 'elsewhere').points).toEqual([]);
});

test('writeFinding() writes pages and pictures, equal ones twice, and removes its own pictures of earlier calls', () => {
  const out = pages(finding.blocks.map(({ name }) => name));
  mkdirSync(join(out, 'figures'));
  for (const name of ['curves-old', 'picks-old', 'uncertainty-old', 'others'])
    writeFileSync(join(out, 'figures', `${name}.svg`), '<svg/>');
  writeFinding(finding, { out, partial: false });
  const text = readFileSync(join(out, 'policies.md'), 'utf8');
  expect(text).toContain('](figures/picks-alpaca-pairs.svg)');
  expect(readdirSync(join(out, 'figures')).toSorted()).toEqual(
    [...finding.figures.map(({ name }) => `${name}.svg`), 'others.svg'].toSorted(),
  );
  writeFinding(finding, { out, partial: false });
  expect(readFileSync(join(out, 'policies.md'), 'utf8')).toBe(text);
});

test('writeFinding() leaves every file alone where a page has no place for a block', () => {
  const out = pages(finding.blocks.map(({ name }) => name).filter((name) => name !== 'picks'));
  const before = readFileSync(join(out, 'policies.md'), 'utf8');
  expect(() => writeFinding(finding, { out, partial: false })).toThrow("Cannot write 'picks' into");
  expect(readFileSync(join(out, 'policies.md'), 'utf8')).toBe(before);
  expect(readdirSync(out).toSorted()).toEqual(['policies.md', 'posterior.md']);
});

test('writeFinding() refuses a block that would show fewer worlds, unless it is asked for', () => {
  const out = pages(finding.blocks.map(({ name }) => name));
  const path = join(out, 'policies.md');
  const before = readFileSync(path, 'utf8').replace(
    /(generated: comparison -->\n\n)old/,
    '$1| alpaca-pairs | a |\n| synthetic | a |',
  );
  writeFileSync(path, before);
  expect(() => writeFinding(finding, { out, partial: false })).toThrow(
    `Cannot write 'comparison' into '${path}': it shows 2 worlds, the new one 1 (without synthetic); make the missing runs, or ask for it by --partial`,
  );
  expect(readFileSync(path, 'utf8')).toBe(before);
  writeFinding(finding, { out, partial: true });
  expect(readFileSync(path, 'utf8')).not.toContain('| synthetic |');
});

test('worldsShown() does not count worlds that are named as absent', () => {
  expect(worldsShown('Runs: `alpaca-noisy` (2 arms, 20 seeds). Without runs: `synthetic`.')).toEqual(['alpaca-noisy']);
});

/** A directory of pages with a place for each of these blocks. */
function pages(names: readonly string[]): string {
  const out = mkdtempSync(join(root, 'docs-'));
  const text = names.map((name) => `<!-- generated: ${name} -->\n\nold\n\n<!-- end -->\n`).join('\n');
  for (const page of ['policies.md', 'posterior.md']) writeFileSync(join(out, page), text);
  return out;
}
