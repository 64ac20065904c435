import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readDataset } from '../../../src/data/dataset.ts';
import { readLabels } from '../../../src/data/read-labels.ts';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { balpm, makeScratch } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path, 'oracle: {type: file}\n');
const root = join(scratch.path, 'runs', 'people');

interface Document {
  readonly status: string;
  readonly labels: number;
  readonly waiting?: {
    readonly batchFile: string;
    readonly answersFile: string;
    readonly answered: number;
    readonly needed: number;
  };
}
const call = async (...args: string[]): Promise<{ status: number | undefined; document: Document; stderr: string }> => {
  const { status, stdout, stderr } = await balpm([...args, '--json']);
  return { status, document: stdout === '' ? ({} as Document) : (JSON.parse(stdout) as Document), stderr };
};

test('a run labelled by people waits with status 6 and picks what a simulated one picks', async () => {
  const simulated = writeTinyConfigAt('simulated');
  expect((await balpm(['run', '-c', simulated, '--id', 'simulated'])).status).toBe(0);
  const truth = await labelsById();
  let changed = '';
  let { status, document, stderr } = await call('run', '-c', config, '--id', 'people');
  for (let visits = 0; status === 6 && visits < 20; visits++) {
    const { batchFile, answersFile, needed } = document.waiting as NonNullable<Document['waiting']>;
    const items = readFileSync(batchFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; prompt: string; response_a: string; response_b: string });
    expect(items).toHaveLength(needed);
    expect(Object.keys(items[0] ?? {})).toEqual(['id', 'prompt', 'response_a', 'response_b']);
    const lines = items.map(({ id }) => `${JSON.stringify({ id, preferred: truth.get(id) })}\n`);
    const mistyped = `${lines.slice(0, 3).join('')}{"id": "${items[3]?.id}", "prefered": "a"}\n{"id": "ha`;
    writeFileSync(answersFile, mistyped);
    ({ status, document, stderr } = await call('resume', root));
    expect({ status, stderr, waiting: document.waiting }).toMatchObject({
      status: 6,
      waiting: { answered: 3, needed, problems: [expect.any(String), expect.any(String)] },
    });
    expect(stderr).toContain(`Cannot read labels '${answersFile}' line 4: field 'preferred' is missing in "{`);
    expect(stderr).toMatch(
      /line 5: "{"id": "ha" is not JSON; .* \(the line has no newline at its end, so it may be incomplete\)/,
    );
    expect(existsSync(join(root, 'FAILED'))).toBe(false);
    writeFileSync(answersFile, lines.toReversed().join(''));
    ({ status, document, stderr } = await call('resume', root));
    if (visits === 0) changed = changeAnswer(answersFile);
    else expect(stderr).toContain(`people: ${changed}`);
  }
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const done = await call('resume', root);
  expect(done).toMatchObject({ status: 0, document: { status: 'done' } });
  expect(done.stderr).toContain(`people: ${changed}`);
  expect(document).toMatchObject({ status: 'done', labels: 40 });
  expect(withoutTimes(root)).toEqual(withoutTimes(join(scratch.path, 'runs', 'simulated')));
});

/** Turns the first answer of a file round, and gives back what must be told of it. */
function changeAnswer(file: string): string {
  const [line = '', ...others] = readFileSync(file, 'utf8').split('\n');
  const { id, preferred } = JSON.parse(line) as { id: string; preferred: string };
  const other = preferred === 'a' ? 'b' : 'a';
  writeFileSync(file, [JSON.stringify({ id, preferred: other }), ...others].join('\n'));
  return `round 0: item "${id}" was labelled '${preferred}', but labels '${file}' line 1 now has '${other}'; the run keeps '${preferred}'`;
}

function writeTinyConfigAt(name: string): string {
  const path = join(scratch.path, `${name}.yaml`);
  writeFileSync(path, readFileSync(config, 'utf8').replace('oracle: {type: file}\n', ''));
  return path;
}

async function labelsById(): Promise<Map<string, string>> {
  const {
    dataset: { path },
  } = JSON.parse(readFileSync(join(scratch.path, 'runs/simulated/data.json'), 'utf8')) as { dataset: { path: string } };
  const dataset = await readDataset(path);
  const sides = (await readLabels(dataset)).get('train')?.probabilities;
  const ids = dataset.splits.get('train')?.ids ?? [];
  return new Map(ids.map((id, index) => [id, sides?.[index] === 1 ? 'a' : 'b']));
}

/** Events after the first: they must not tell who answered. */
const withoutTimes = (run: string) =>
  readEvents(join(run, 'events.jsonl'))
    .slice(1)
    .map(({ time: _time, seconds: _seconds, ...event }) => event);
