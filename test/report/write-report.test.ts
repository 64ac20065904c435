import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compareRuns } from '../../src/evaluation/compare-runs.ts';
import type { RoundRecord, RunRecord } from '../../src/evaluation/run-record.ts';
import { formatEstimate } from '../../src/report/format-number.ts';
import { writeReport } from '../../src/report/write-report.ts';
import { simulatedRuns } from '../evaluation/oracles/simulated-runs.ts';

const place = mkdtempSync(join(tmpdir(), 'balpm-report-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const runs = simulatedRuns({
  efficiency: { random: 1, 'batch-entropy': 1.5, 'top-k': 0.6 },
  seeds: [1, 2, 3, 4, 5],
  rounds: 8,
  noise: 0.001,
  world: 'report',
});
const write = async (name: string, records: readonly RunRecord[] = runs): Promise<string> => {
  const { page } = await writeReport(records, join(place, name));
  return readFileSync(page, 'utf8');
};
const page = await write('first');

/** A round as an earlier version recorded it, of a policy without terms. */
function withoutDetails(round: RoundRecord): RoundRecord {
  const splits = Object.entries(round.splits).map(([name, { spearman: _spearman, ...of }]) => [name, of] as const);
  return { ...round, splits: Object.fromEntries(splits), batch: round.batch && { ...round.batch, statistics: {} } };
}

describe('writeReport()', () => {
  test('opens with the verdict in one sentence', () => {
    expect(page).toContain(
      '<p class="headline">On test log-likelihood, batch-entropy beats random; top-k is worse than random.</p>',
    );
  });

  test('states the numbers of the comparison', () => {
    const [primary] = compareRuns(runs).results;
    for (const { area, againstBaseline } of primary?.policies ?? []) {
      const shown = page.replaceAll(/<[^>]*>/g, '');
      expect(shown).toContain(formatEstimate(area));
      if (againstBaseline) expect(shown).toContain(againstBaseline.difference.value.toFixed(4));
    }
    for (const run of runs) expect(page).toContain(run.digest);
    expect(page).toContain('Validation labels are charged to the budget: 100 labels on top of those acquired');
  });

  test('is self-contained: no script, nothing fetched', () => {
    const fetched = page.replaceAll('http://www.w3.org/2000/svg', '').replaceAll('http://www.w3.org/1999/xlink', '');
    expect(fetched).not.toMatch(/<script|https?:|src=|href=|@import|url\(/i);
    expect(page.match(/<svg /g)).toHaveLength(12);
  });

  test('lies beside its figures, their data and the configuration', () => {
    expect(readdirSync(join(place, 'first')).toSorted()).toEqual(['config.yaml', 'figures', 'index.html']);
    const files = readdirSync(join(place, 'first', 'figures'));
    expect(files.filter((file) => file.endsWith('.svg'))).toHaveLength(12);
    for (const file of files.filter((name) => name.endsWith('.vl.json'))) {
      expect(JSON.parse(readFileSync(join(place, 'first', 'figures', file), 'utf8'))).toHaveProperty('$schema');
    }
    expect(parse(readFileSync(join(place, 'first', 'config.yaml'), 'utf8'))).toEqual(runs[0]?.config);
  });

  test('gives equal bytes for equal runs, in whatever order, also over an older report', async () => {
    expect(await write('first', runs.toReversed())).toBe(page);
  });

  test('takes away figures of an earlier report that are no longer drawn, and nothing else', async () => {
    await write('shrinking');
    writeFileSync(join(place, 'shrinking', 'figures', 'notes.txt'), 'mine');
    await write('shrinking', runs.slice(0, 1));
    await write('small', runs.slice(0, 1));
    const left = readdirSync(join(place, 'shrinking', 'figures'));
    expect(left.toSorted()).toEqual([...readdirSync(join(place, 'small', 'figures')), 'notes.txt'].toSorted());
    expect(left.length).toBeLessThan(readdirSync(join(place, 'first', 'figures')).length);
  });

  test('escapes hostile names', async () => {
    const evil = `<img src=x onerror="alert(1)">&'`;
    const hostile = runs.map((run) =>
      run.policy === 'top-k'
        ? { ...run, policy: evil, id: `${evil}${run.seed}`, config: { ...run.config, note: '</pre><b>' } }
        : run,
    );
    const escaped = await write('hostile', hostile);
    expect(escaped).not.toContain('<img');
    expect(escaped).not.toContain('</pre><b>');
    expect(escaped).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;');
  });

  test('describes a single run without a verdict', async () => {
    const single = await write('single', runs.slice(0, 1));
    expect(single).toContain('No verdict for random: there is no other policy with seeds of random.');
    expect(single).not.toContain('<h2>Labels saved');
    expect(single).toContain('Log-likelihood on test');
  });

  test('tells how terms spread over the picks, and whether uncertainty tells errors', async () => {
    const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('batch-entropy uncertaintyShare 0.500 0.500 0.500 0.500 0.500 0.500');
    expect(text).toMatch(/What the picks score .* batch-entropy epistemic 0\.0250 0\.0738 0\.512 0\.951 1\.00 /);
    expect(text).toMatch(/Does uncertainty tell errors\? \(test\) .* random 0\.100 \[0\.100, 0\.100\] 0\.400/);
    const bare = runs.map((run) => ({ ...run, rounds: run.rounds.map(withoutDetails) }));
    const plain = await write('plain', bare);
    expect(plain).not.toMatch(/What the picks score|Does uncertainty tell errors/);
  });

  test('says what was left out', async () => {
    const stopped = runs.map((run) => (run.id === 'top-k-s1' ? { ...run, status: 'failed' as const } : run));
    expect(await write('stopped', stopped)).toContain('left out: top-k-s1, not finished (failed, 8 rounds measured)');
  });

  test('writes nothing when the runs cannot be compared', async () => {
    await expect(writeReport([], join(place, 'nothing'))).rejects.toThrow('Cannot compare runs: there are none');
    expect(readdirSync(place)).not.toContain('nothing');
  });
});
