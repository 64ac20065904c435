import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchExplanation } from '../../../../src/explain/explain-batch.ts';
import type { PoliciesComparison } from '../../../../src/explain/policy-overlaps.ts';
import { readSafetensors } from '../../../../src/features/store/safetensors.ts';
import { openEventLog, readEvents } from '../../../../src/ledger/event-log.ts';
import type { RunEvent } from '../../../../src/ledger/events.ts';
import { balpm, makeScratch } from '../../../support/balpm.ts';
import { editLabels } from '../../../support/edit-labels.ts';
import { writeOwnModel } from '../../../support/own-model.ts';
import { writeTinyConfig } from '../../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (...names: string[]): string => join(scratch.path, ...names);
const config = writeTinyConfig(scratch.path);
const POLICIES = ['random', 'top-k', 'batch-entropy'];
const run = (policy: string): string => at('runs', 'all', `${policy}-s1`);

/** Leaves what it needs for a moment in a directory of its own, so that a test sees what stays behind. */
const revisit = (...args: string[]) => balpm(['runs', ...args], { env: { TMPDIR: at('tmp') } });
async function documentOf<Document>(...args: string[]): Promise<Document> {
  const { status, stdout, stderr } = await revisit(...args, '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Document;
}

/** What balpm itself left; torch keeps a cache of its own there. */
const leftBehind = (): string[] => readdirSync(at('tmp')).filter((name) => name.startsWith('balpm'));

const eventsOf = (root: string): readonly RunEvent[] => readEvents(join(root, 'events.jsonl'));
function batchOf(root: string, round: number) {
  const batches = eventsOf(root).filter((event) => event.type === 'batch.selected');
  return batches[round] as (typeof batches)[number];
}

/** Every file below a directory with its time and size. */
const stateOf = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => `${name} ${statSync(join(root, name)).mtimeMs} ${statSync(join(root, name)).size}`);

beforeAll(async () => {
  mkdirSync(at('tmp'));
  const args = [`acquisition.policy=${POLICIES.join(',')}`, 'seed=1'];
  expect((await balpm(['sweep', '-c', config, '--id', 'all', ...args])).status).toBe(0);
});

describe('balpm runs explain', () => {
  test('tells the recorded scores and terms of every pick, and leaves nothing behind', async () => {
    const before = stateOf(run('batch-entropy'));
    const explained = await documentOf<BatchExplanation>('explain', run('batch-entropy'), '--round', '3');
    const { ids, scores, terms } = batchOf(run('batch-entropy'), 3);
    expect(explained).toMatchObject({ run: 'batch-entropy-s1', round: 3, policy: 'batch-entropy', reproduced: true });
    expect(explained).toMatchObject({ pool: 208, acquired: 32, batch: 8 });
    expect(explained.picks.map(({ id, score }) => [id, score])).toEqual(ids.map((id, pick) => [id, scores[pick]]));
    expect(explained.picks.map((pick) => pick.terms['digamma'])).toEqual(terms['digamma']);
    expect(stateOf(run('batch-entropy'))).toEqual(before);
    expect(leftBehind()).toEqual([]);
  });

  test('ranks the picks of top-k by its measure from 1 on, and tells every measure', async () => {
    const { picks } = await documentOf<BatchExplanation>('explain', run('top-k'), '--round', '1');
    expect(picks.map(({ measures }) => measures['epistemic']?.rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { score, measures } of picks) {
      const { epistemic, predictive, aleatoric, variance } = measures;
      expect(epistemic?.value).toBe(score);
      expect((epistemic?.value ?? 0) + (aleatoric?.value ?? 0)).toBeCloseTo(predictive?.value ?? 0, 12);
      for (const { rank } of [predictive, aleatoric, variance].flatMap((one) => one ?? [])) {
        expect(rank).toBeGreaterThanOrEqual(1);
        expect(rank).toBeLessThanOrEqual(224);
      }
    }
  });

  test('finds the nearest prompts acquired before each pick, its own batch included', async () => {
    const root = run('random');
    const { picks } = await documentOf<BatchExplanation>('explain', root, '--round', '2');
    const { promptOf, distance } = await readPrompts();
    const before = [0, 1].flatMap((round) => batchOf(root, round).ids.map((id) => ({ id, round })));
    const own = batchOf(root, 2).ids.map((id) => ({ id, round: 2 }));
    picks.forEach(({ id, nearest }, pick) => {
      const known = [...before, ...own.slice(0, pick)];
      const prompts = [...new Set(known.map((item) => promptOf(item.id)))];
      const near = prompts
        .map((prompt) => ({ distance: distance(promptOf(id), prompt), prompt }))
        .toSorted((left, right) => left.distance - right.distance)
        .slice(0, 3);
      expect(nearest.map(({ items }) => items)).toEqual(
        near.map(({ prompt }) => known.filter((item) => promptOf(item.id) === prompt)),
      );
      nearest.forEach((one, index) => expect(one.distance).toBeCloseTo(near[index]?.distance ?? NaN, 5));
    });
  });

  test('shows texts, terms, ranks and neighbours of the first picks', async () => {
    const { status, stdout } = await revisit('explain', run('batch-entropy'), '--round', '1', '--picks', '2');
    expect(status).toBe(0);
    const blocks = stdout.split('\n\n');
    expect(blocks).toHaveLength(3);
    expect(blocks[0]).toBe(
      'batch-entropy-s1 round 1: 8 picks of batch-entropy from 224 items after 16 labels, reproduced',
    );
    expect(blocks[1]).toMatch(
      /^1 {2}train-\d+ {2}score \S+\n {2}terms {3}epistemic \S+ {2}distance .*\n {2}ranks {3}epistemic \d+ .*\(of 224\)\n {2}apart {3}\S+, rank \d+ of 224; more uncertain than \d+ % of the pairs about as far apart\n {2}prompt {2}Question .*\n {2}a .*\n {2}b .*\n {2}near {4}\S+ {2}train-\d+ \(round 0\)/,
    );
  });

  test('reproduces a batch chosen by a model of the user’s own', async () => {
    const args = ['rounds=2', 'acquisition.policy=top-k', ...writeOwnModel(scratch.path)];
    expect((await balpm(['run', '-c', config, '--id', 'own', ...args])).status).toBe(0);
    const { picks } = await documentOf<BatchExplanation>('explain', at('runs', 'own'), '--round', '1');
    expect(picks.map(({ id }) => id)).toEqual(batchOf(at('runs', 'own'), 1).ids);
  });

  test('refuses to explain picks that it cannot reproduce', async () => {
    const altered = at('runs', 'altered');
    cpSync(run('batch-entropy'), altered, { recursive: true });
    rmSync(join(altered, 'events.jsonl'));
    const log = openEventLog(join(altered, 'events.jsonl'), () => new Date(0));
    for (const { seq: _seq, time: _time, seconds: _seconds, ...event } of eventsOf(run('batch-entropy')))
      log.append(event.type === 'batch.selected' && event.round === 2 ? { ...event, ids: swapped(event.ids) } : event);
    log.close();
    const { status, stdout, stderr } = await revisit('explain', altered, '--round', '2', '--json');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(
      /^error: Cannot reproduce the batch of round 2 of run 'altered': pick 1 is 'train-\d+' now and was 'train-\d+' \(2 of 8 differ\), .* are needed$/,
    );
  });
});

const swapped = ([first = '', second = '', ...rest]: readonly string[]): string[] => [second, first, ...rest];

/** Prompt of an item and distances between prompts, from the files of the world alone. */
async function readPrompts() {
  const cache = at('runs', '.cache');
  const world = join(cache, readdirSync(cache).find((name) => name.startsWith('synthetic-')) as string);
  const items = readFileSync(join(world, 'items.jsonl'), 'utf8').trimEnd().split('\n');
  const promptOfId = new Map(
    items.map((line) => JSON.parse(line) as { id: string; prompt: number }).map(({ id, prompt }) => [id, prompt]),
  );
  const tensors = await readSafetensors(join(world, 'features', 'features.safetensors'));
  const { shape, bytes } = tensors.get('prompts') as { shape: readonly number[]; bytes: Uint8Array };
  const width = shape[1] as number;
  const values = new Float32Array(bytes.slice().buffer);
  return {
    promptOf: (id: string): number => promptOfId.get(id) as number,
    distance: (one: number, other: number): number =>
      Math.hypot(
        ...Array.from(
          { length: width },
          (_, axis) => (values[one * width + axis] as number) - (values[other * width + axis] as number),
        ),
      ),
  };
}

describe('balpm runs policies', () => {
  test.each(['random', 'batch-entropy'])(
    'finds the batch of %s whole by the same policy, and the others as their own runs',
    async (own) => {
      const compared = await documentOf<PoliciesComparison>('policies', run(own), '--round', '1');
      const batch = new Set(batchOf(run(own), 1).ids);
      expect(compared).toMatchObject({ run: `${own}-s1`, round: 1, policy: own, reproduced: true, batch: 8 });
      // Runs of one seed are in the same state before the first choice, so each tells what its policy picks.
      for (const policy of POLICIES) {
        const shared = batchOf(run(policy), 1).ids.filter((id) => batch.has(id)).length;
        const overlap = { policy, picks: 8, shared, share: shared / 8, jaccard: shared / (16 - shared) };
        expect(compared.overlaps).toContainEqual(overlap);
      }
      expect(compared.overlaps).toContainEqual({ policy: own, picks: 8, shared: 8, share: 1, jaccard: 1 });
    },
  );

  test('lists a policy that the run cannot serve with the reason, and leaves nothing behind', async () => {
    const world = ['data.world.prompts=8', 'data.world.clusters=2', 'rounds=2'];
    const args = [...world, 'acquisition.policy=random', 'acquisition.batch-entropy.k=13'];
    expect((await balpm(['run', '-c', config, '--id', 'few', ...args])).status).toBe(0);
    const before = stateOf(at('runs', 'few'));
    const { status, stdout } = await revisit('policies', at('runs', 'few'), '--round', '1');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^few round 1: 8 picks of random, reproduced\n\npolicy +shared +share +jaccard\nrandom +8\/8 +1\.000 +1\.000\n/,
    );
    expect(stdout).toMatch(
      /\n {2}batch-entropy: Cannot use acquisition\.batch-entropy\.k 13: an item of the pool has 7 neighbours/,
    );
    expect(stateOf(at('runs', 'few'))).toEqual(before);
    expect(leftBehind()).toEqual([]);
  });
});

describe.each(['explain', 'policies'])('balpm runs %s refuses', (command) => {
  test.each([
    ['an unknown run', 2, /Cannot open run 'absent': it does not exist/, ['absent', '--round', '1']],
    [
      'the initial set',
      2,
      /round 0 of run 'random-s1' again: its batch is the initial set.*from 1 to 3 is needed$/,
      [run('random'), '--round', '0'],
    ],
    [
      'a round that chose nothing',
      2,
      /round 4 of run 'random-s1' again: no batch was chosen for it, a round from 1 to 3 is needed$/,
      [run('random'), '--round', '4'],
    ],
    ['a round that is no number', 2, /a whole number of at least 0 is needed/, [run('random'), '--round', 'x']],
    ['no round', 2, /required option '--round <n>' not specified/, [run('random')]],
  ])('%s', async (_what, status, message, args) => {
    const called = await revisit(command, ...args);
    expect(called).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) });
    expect(leftBehind()).toEqual([]);
  });
});

describe('a run whose data', () => {
  beforeAll(async () => {
    expect((await balpm(['data', 'synth', '-c', config, '--out', at('world')])).status).toBe(0);
    const data = ['~data', 'data.type=directory', `data.dataset=${at('world')}`, `data.store=${at('world/features')}`];
    const args = ['run', '-c', config, '--id', 'on-disk', 'rounds=2', 'acquisition.policy=random', ...data];
    expect((await balpm(args)).status).toBe(0);
  });

  test('have other labels now is not looked at again', async () => {
    renameSync(at('world'), at('original'));
    editLabels(at('original'), at('world'), (label) => ({ ...label, preferred: label.preferred === 'a' ? 'b' : 'a' }));
    const { status, stderr } = await revisit('explain', at('runs', 'on-disk'), '--round', '1');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/its labelsHash was [0-9a-f]+ and is/),
    });
  });

  test('have moved is not looked at again', async () => {
    renameSync(at('world'), at('elsewhere'));
    const { status, stderr } = await revisit('policies', at('runs', 'on-disk'), '--round', '1');
    expect({ status, stderr }).toEqual({
      status: 4,
      stderr: expect.stringMatching(/Cannot read dataset manifest '.*world/),
    });
    expect(leftBehind()).toEqual([]);
  });
});
