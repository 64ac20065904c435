import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWorldConfig } from '../../../src/config/read-world-config.ts';
import type { LabelLine } from '../../../src/data/dataset-format.ts';
import { resumeExperiment, runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import type { RunEvent } from '../../../src/ledger/events.ts';
import type { Waiting } from '../../../src/oracle/oracle.ts';
import { writeSyntheticWorld } from '../../../src/synthetic/write-synthetic-world.ts';
import { linesOf } from '../../data/fixtures.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeOwnModel } from '../../support/own-model.ts';
import { softenLabels } from '../../support/soften-labels.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { openWireTap } from '../../support/wire-tap.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);
const config = writeTinyConfig(scratch.path);
const world = at('world');
const soft = at('soft');
beforeAll(async () => {
  await writeSyntheticWorld(await readWorldConfig(config), world);
  softenLabels(world, soft);
});

const settingsFor = (dataset: string): string[] => [
  '~data',
  'data.type=directory',
  `data.dataset=${dataset}`,
  `data.store=${join(dataset, 'features')}`,
  'rounds=2',
  'acquisition.policy=random',
];
const start = (id: string, dataset: string, ...settings: string[]) =>
  runExperiment({ config, id, overrides: [...settingsFor(dataset), ...settings] });
const eventsOf = (id: string): readonly RunEvent[] => readEvents(at(`runs/${id}/events.jsonl`));
type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;
const all = <Type extends RunEvent['type']>(id: string, type: Type) =>
  eventsOf(id).filter((event): event is EventOf<Type> => event.type === type);
const labelsOf = (dataset: string) => new Map(linesOf(dataset, 'labels.jsonl').map((line) => [line['id'], line]));

/** Writes the answers to a batch, those given one after the other and again from the first. */
function answerAll({ batchFile, answersFile }: Waiting, given: readonly object[]): void {
  const lines = readFileSync(batchFile, 'utf8').trimEnd().split('\n');
  const ids = lines.map((line) => (JSON.parse(line) as { id: string }).id);
  const answers = ids.map((id, index) => JSON.stringify({ id, ...given[index % given.length] }));
  writeFileSync(answersFile, answers.join('\n'));
}

describe('a run on soft labels', () => {
  const tap = openWireTap(at('tap'));
  let digest = '';
  beforeAll(async () => {
    ({ digest } = await start('soft', soft, `worker.python=${tap.python}`, 'splits.evaluate=[test,pool,labelled]'));
  });

  test('records answers with their probabilities and weights, as the dataset has them', () => {
    const labels = labelsOf(soft);
    const batches = all('soft', 'batch.selected');
    for (const [round, { answers, probabilities, weights }] of all('soft', 'labels.received').entries()) {
      const given = batches[round]?.ids.map((id) => labels.get(id) as unknown as LabelLine) ?? [];
      expect(probabilities).toEqual(given.map(({ preferred, p }) => p ?? (preferred === 'a' ? 1 : 0)));
      expect(weights).toEqual(given.map(({ weight = 1 }) => weight));
      expect(answers).toBe(given.map(({ preferred }) => preferred[0]).join(''));
    }
    expect(all('soft', 'labels.received')[0]?.answers).toMatch(/t/);
    const view = linesOf(at('runs/soft'), 'labels.jsonl');
    expect(view.map(({ round: _round, ...label }) => label)).toEqual(
      batches.flatMap(({ ids }) => ids.map((id) => labels.get(id))),
    );
  });

  test('hands the worker rows (likelier, other) with p, and weights, of what was acquired alone', () => {
    const labels = labelsOf(soft);
    const items = new Map(linesOf(soft, 'items.jsonl').map((item) => [item['id'], item]));
    const [fit] = tap.requests().filter(({ operation }) => operation === 'posterior.fit');
    const doubles = (name: string): number[] => {
      const frame = fit?.tensors[name] as Buffer;
      return Array.from({ length: frame.length / 8 }, (_value, index) => frame.readDoubleLE(8 * index));
    };
    const ids = all('soft', 'batch.selected')[0]?.ids ?? [];
    const first = ids.map((id) => labels.get(id) as unknown as LabelLine);
    const probabilities = first.map(({ preferred, p }) => p ?? (preferred === 'a' ? 1 : 0));
    expect(doubles('targets')).toEqual(probabilities.map((p) => (p >= 0.5 ? p : 1 - p)));
    expect(doubles('weights')).toEqual(first.map(({ weight = 1 }) => weight));
    const rows = fit?.tensors['labelled'] as Buffer;
    const firsts = ids.map((_id, index) => rows.readInt32LE(8 * index));
    expect(firsts).toEqual(
      ids.map((id, index) => items.get(id)?.[(probabilities[index] as number) >= 0.5 ? 'a' : 'b']),
    );
    expect(doubles('validationTargets')).toHaveLength(40);
    expect(doubles('validationTargets').every((target) => target >= 0.5)).toBe(true);
    expect(new Set(doubles('validationWeights'))).toEqual(new Set([1, 2]));
  });

  test('measures against probabilities: the entropy of the labels is told', () => {
    const [measured] = all('soft', 'round.measured');
    for (const split of ['test', 'pool', 'labelled'] as const) {
      const { logLikelihood, labelEntropy = Number.NaN } = measured?.splits[split] ?? {};
      expect(labelEntropy).toBeGreaterThan(0);
      expect(logLikelihood).toBeLessThan(-labelEntropy);
    }
    const names = linesOf(at('runs/soft'), 'metrics.jsonl').map(({ name }) => name);
    expect(names).toContain('labelEntropy');
  });

  test('is stopped and resumed to the same end', async () => {
    const controller = new AbortController();
    const onEvent = ({ type }: RunEvent): void => {
      if (type === 'labels.received') controller.abort();
    };
    const overrides = [...settingsFor(soft), 'splits.evaluate=[test,pool,labelled]'];
    const stopped = await runExperiment({ config, id: 'stopped', overrides, signal: controller.signal, onEvent });
    expect(stopped.status).toBe('stopped');
    expect(await resumeExperiment(stopped.directory)).toMatchObject({ status: 'done', digest });
  });

  test('learns another posterior than from the likelier sides, of the same pairs', async () => {
    await start('sides', soft, 'oracle.answers=hard', 'splits.evaluate=[test,pool,labelled]');
    const [given] = all('sides', 'labels.received');
    expect(given?.answers).toBe(all('soft', 'labels.received')[0]?.answers);
    expect(new Set(given?.probabilities)).toEqual(new Set([0, 0.5, 1]));
    const [learnt, hard] = ['soft', 'sides'].map((id) => all(id, 'round.measured')[0]);
    expect(learnt?.splits['test']?.labelEntropy).toBe(hard?.splits['test']?.labelEntropy);
    expect(learnt?.splits['test']?.logLikelihood).not.toBe(hard?.splits['test']?.logLikelihood);
  });
});

describe('oracle.answers drawn', () => {
  test('gives every policy the same sides, and is another experiment', async () => {
    const everything = 'acquisition.initial=all';
    await start('drawn', soft, 'oracle.answers=drawn', everything, 'rounds=1');
    await start('drawn-too', soft, 'oracle.answers=drawn', everything, 'rounds=1', 'acquisition.policy=top-k');
    const answersOf = (id: string) => {
      const ids = all(id, 'batch.selected')[0]?.ids ?? [];
      const { answers = '', probabilities } = all(id, 'labels.received')[0] ?? {};
      expect(probabilities).toBeUndefined();
      return new Map(ids.map((item, index) => [item, answers[index]]));
    };
    expect(answersOf('drawn')).toEqual(answersOf('drawn-too'));
    const labels = labelsOf(soft);
    for (const [id, letter] of answersOf('drawn')) {
      const { preferred, p } = labels.get(id) as unknown as LabelLine;
      if (p === undefined) expect(letter).toBe(preferred);
    }
  });
});

describe('labels.ties', () => {
  const isTie = (label: LabelLine): boolean => label.preferred === 'tie';

  test('drop leaves ties out of training and metrics; they still cost a label', async () => {
    const tap = openWireTap(at('tap-drop'));
    await start(
      'drop',
      soft,
      'labels.ties=drop',
      `worker.python=${tap.python}`,
      'splits.evaluate=[test,pool,labelled]',
    );
    const labels = [...labelsOf(soft).values()] as unknown as LabelLine[];
    const split = (name: string) => labels.filter(({ id }) => id.startsWith(`${name}-`));
    const kept = (lines: readonly LabelLine[]): number => lines.filter((label) => !isTie(label)).length;
    const [started] = all('drop', 'run.started');
    const [measured] = all('drop', 'round.measured');
    const acquired = all('drop', 'batch.selected')[0]?.ids.map((id) =>
      labelsOf(soft).get(id),
    ) as unknown as LabelLine[];
    expect(kept(acquired)).toBeLessThan(16);
    expect(measured).toMatchObject({
      labels: 16,
      labelsCharged: 56,
      splits: {
        test: { count: kept(split('test')) },
        labelled: { count: kept(acquired) },
        pool: { count: kept(split('train')) - kept(acquired) },
      },
    });
    expect(started?.validation).toBe(40);
    const [fit] = tap.requests().filter(({ operation }) => operation === 'posterior.fit');
    expect(fit?.tensors['labelled']).toHaveLength(8 * kept(acquired));
    expect(fit?.tensors['validation']).toHaveLength(8 * kept(split('validation')));
    expect(started?.configHash).not.toBe(all('soft', 'run.started')[0]?.configHash);
  });

  test.each([
    ['pool', 'train-', 'data', /Cannot train round 0: each of its 16 labels is a tie and labels\.ties is 'drop'/],
    ['validation', 'validation-', 'data', /Cannot validate on split 'validation': each of its 40 labels is a tie/],
    ['test split', 'test-', 'data', /Cannot measure on split 'test': every label of it is a tie and labels\.ties is/],
  ])('drop of a %s of ties alone leaves nothing, and says so', async (name, prefix, kind, message) => {
    const dataset = at(`tied ${name}`);
    softenLabels(world, dataset, (label) =>
      label.id.startsWith(prefix) ? { id: label.id, preferred: 'tie', p: 0.5 } : label,
    );
    const id = `tied-${prefix}drop`;
    await expect(start(id, dataset, 'labels.ties=drop')).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    });
    if (prefix === 'train-') expect(await start('tied-half', dataset, 'rounds=1')).toMatchObject({ status: 'done' });
  });

  test('davidson gives ties a probability of their own, which is another posterior than that of halves', async () => {
    await start('with-ties', soft, 'labels.ties=davidson', 'posterior.type=laplace');
    await start('as-halves', soft, 'posterior.type=laplace');
    const [modelled, half] = ['with-ties', 'as-halves'].map((id) => all(id, 'round.measured').at(-1)?.splits);
    expect(modelled?.['test']?.logLikelihood).not.toBe(half?.['test']?.logLikelihood);
  });

  test('davidson is refused where the posterior has no model of ties', async () => {
    const own = writeOwnModel(scratch.path);
    await expect(start('davidson', soft, 'labels.ties=davidson', ...own)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(
        /Cannot use labels\.ties davidson: posterior\.type external has no model of ties; /,
      ),
    });
    await expect(start('never', soft, 'labels.ties=never')).rejects.toMatchObject({ kind: 'usage' });
  });
});

test('one soft validation label is enough to validate by', async () => {
  expect(await start('one', soft, 'validation.size=1', 'rounds=1')).toMatchObject({ status: 'done' });
  expect(all('one', 'run.started')[0]?.validation).toBe(1);
});

test("a class of the user's own, which is given sides alone, is refused soft labels and learns from hard ones", async () => {
  const own = [...writeOwnModel(scratch.path), 'rounds=1'];
  await expect(start('own', soft, ...own)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(
      /Cannot use posterior\.type external: labels of validation and split 'train' are soft or weighted, and such a posterior/,
    ),
  });
  const unweighted = at('unweighted');
  softenLabels(world, unweighted, ({ weight: _weight, ...label }) => label);
  expect(await start('own-drawn', unweighted, ...own, 'oracle.answers=drawn')).toMatchObject({ status: 'done' });
  const asked = await start('own-asked', world, ...own, 'oracle.type=file');
  if (asked.status !== 'waiting') throw new Error(`it is ${asked.status}`);
  answerAll(asked.waiting, [{ preferred: 'tie' }]);
  await expect(resumeExperiment(asked.directory)).rejects.toThrow(
    /Cannot train round 0 with posterior\.type external: its labels are soft or weighted/,
  );
  expect(await start('own-hard', world, ...own)).toMatchObject({ status: 'done' });
});

test('people answer with ties and probabilities, and a change of them is told', async () => {
  const notes: string[] = [];
  const asked = await start('people', world, 'oracle.type=file', 'rounds=1');
  if (asked.status !== 'waiting') throw new Error(`it is ${asked.status}`);
  const { waiting } = asked;
  const answers = [{ preferred: 'tie' }, { p: 0.8 }, { preferred: 'b', weight: 2 }, { preferred: 'a' }];
  answerAll(waiting, answers);
  const done = await resumeExperiment(asked.directory);
  expect(done).toMatchObject({ status: 'done' });
  const [received] = all('people', 'labels.received');
  expect(received).toMatchObject({ answers: 'taba'.repeat(4) });
  expect(received?.probabilities?.slice(0, 4)).toEqual([0.5, 0.8, 0, 1]);
  expect(received?.weights?.slice(0, 4)).toEqual([1, 1, 2, 1]);
  answerAll(waiting, [{ preferred: 'tie' }, { p: 0.9 }, ...answers.slice(2)]);
  expect(await resumeExperiment(asked.directory, { onNote: (note) => notes.push(note) })).toEqual(done);
  expect(notes).toHaveLength(4);
  expect(notes[0]).toMatch(/item ".*" was labelled 'p 0\.8', but .* now has 'p 0\.9'/);
});
