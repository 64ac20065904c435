import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experimentIdentity } from '../../../src/config/identity.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { countForm } from '../../../src/data/answer-form/count-form.ts';
import { FORM_NAMES } from '../../../src/data/answer-form/names.ts';
import { readAnswerForms } from '../../../src/data/answer-form/read-answer-forms.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import { runExperiment } from '../../../src/experiment/run-experiment.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { openStream } from '../../../src/random/stream.ts';
import { makeScratch } from '../../support/balpm.ts';
import { writeHandmadeDataset } from '../../support/handmade-dataset.ts';
import { writeRandomStore } from '../../support/tiny-stores.ts';

const ITEMS = 150;
const scratch = makeScratch();
afterAll(scratch.remove);
const path = join(scratch.path, 'longer-wins');
const store = join(scratch.path, 'store');
let dataset: Dataset;

/** Features say nothing; the answer of more words is preferred. */
beforeAll(async () => {
  const stream = openStream([1, 'words']);
  const words = Array.from({ length: 2 * ITEMS }, () => 2 + Math.floor(60 * stream.uniform()));
  const items = Array.from({ length: ITEMS }, (_value, item) => ({
    id: `item-${item}`,
    prompt: item,
    a: 2 * item,
    b: 2 * item + 1,
  }));
  dataset = await writeHandmadeDataset(path, {
    prompts: items.map(({ id }) => `Say something of ${id}.`),
    responses: words.map((count, row) => ({
      prompt: Math.floor(row / 2),
      text: Array.from({ length: count }, (_value, word) => `${row}word${word}`).join(' '),
    })),
    items,
    preferred: Object.fromEntries(items.map(({ id, a, b }) => [id, words[a]! > words[b]! ? 'a' : 'b'])),
  });
  await writeRandomStore(store, dataset, 6);
});

const run = (id: string, ...overrides: string[]) => {
  const config = join(scratch.path, 'run.yaml');
  writeFileSync(
    config,
    `name: forms\nrounds: 2\ndata: {dataset: ${path}, store: ${store}}\nsplits: {evaluate: [pool]}\nacquisition: {policy: random, initial: 30, batch: 10}\noutput: {dir: ${scratch.path}/runs}\n`,
  );
  return runExperiment({ config, id, overrides });
};
const likelihoodOf = (id: string) =>
  readEvents(join(scratch.path, `runs/${id}/events.jsonl`)).flatMap((event) =>
    event.type === 'round.measured' ? [event.splits['pool']!.logLikelihood] : [],
  );

const sharesOf = (id: string) =>
  readEvents(join(scratch.path, `runs/${id}/events.jsonl`)).flatMap((event) =>
    event.type === 'round.measured' ? [event.covariateShare] : [],
  );

test('readAnswerForms() are ln(1 + count) of every answer in the order of the responses', async () => {
  const forms = await readAnswerForms(dataset, ['words', 'length']);
  const texts = readFileSync(join(path, 'responses.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);
  const known = texts.flatMap((text) => [Math.log(1 + countForm('words', text)), Math.log(1 + text.length)]);
  expect(forms).toHaveLength(known.length);
  for (const [at, value] of known.entries()) expect(forms[at]).toBeCloseTo(value, 12);
});

test('a reward sees the form of answers, all of it or what is named, unless it is told not to', async () => {
  await run('blind', 'posterior.bayesianLinear.covariates=[]');
  await run('all');
  await run('words', 'posterior.bayesianLinear.covariates=[words]');
  await run('lines', 'posterior.bayesianLinear.covariates=[lines]');
  const [blind] = likelihoodOf('blind');
  expect(likelihoodOf('all')[0]).toBeGreaterThan(blind! + 0.2);
  expect(likelihoodOf('words')[0]).toBeGreaterThan(blind! + 0.2);
  expect(likelihoodOf('lines')).toEqual(likelihoodOf('blind')); // no answer has one
  expect(sharesOf('blind')).toEqual([undefined, undefined]);
  expect(sharesOf('lines')).toEqual([0, 0]);
  for (const share of sharesOf('words')) expect(share).toBeGreaterThan(0.7);
});

test('forms are looked at only where texts are texts', async () => {
  const file = join(path, 'manifest.json');
  const manifest = readFileSync(file, 'utf8');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(manifest), texts: 'none' }));
  try {
    await run('unknown');
    expect(likelihoodOf('unknown')).toEqual(likelihoodOf('blind'));
    await expect(run('refused', 'posterior.bayesianLinear.covariates=[length]')).rejects.toThrow(
      'Cannot use covariates length with dataset',
    );
  } finally {
    writeFileSync(file, manifest);
  }
});

test.each(['gone', 'changed'])('texts that are %s are found out before a label is paid for', async (how) => {
  const file = join(path, 'responses.jsonl');
  const texts = readFileSync(file, 'utf8');
  if (how === 'gone') rmSync(file);
  else writeFileSync(file, texts.replace('0word0', '0word1'));
  try {
    await expect(run(how)).rejects.toThrow(
      /^Cannot tell the form of answers: .*responses\.jsonl.*; without texts, set posterior\.bayesianLinear\.covariates to \[\]$/u,
    );
    expect(existsSync(join(scratch.path, `runs/${how}/labels.jsonl`))).toBe(false);
    await run(`${how}-without`, 'posterior.bayesianLinear.covariates=[]');
  } finally {
    writeFileSync(file, texts);
  }
});

test('forms are one experiment however they are named, and none leaves what there was before', async () => {
  const identityOf = async (...overrides: string[]) => {
    const { config } = await loadConfig(join(scratch.path, 'run.yaml'), overrides);
    return experimentIdentity(config)['posterior'];
  };
  const all = await identityOf();
  const covariates = 'posterior.bayesianLinear.covariates';
  expect(await identityOf(`${covariates}=[${FORM_NAMES.toReversed().join()}]`)).toEqual(all);
  expect(await identityOf(`${covariates}=[lines,length]`)).toEqual(await identityOf(`${covariates}=[length,lines]`));
  expect(await identityOf(`${covariates}=[length]`)).not.toEqual(all);
  expect(await identityOf(`${covariates}=[]`)).not.toHaveProperty('covariates');
});

test.each([
  ['[length,length]', 'each at most once'],
  ['[weight]', `one of ${FORM_NAMES.join(', ')}`],
  ['some', `auto or a list of ${FORM_NAMES.join(', ')}`],
])('covariates %s are refused', async (value, needed) => {
  await expect(run('refused', `posterior.bayesianLinear.covariates=${value}`)).rejects.toThrow(needed);
});
