import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeScratch, ROOT } from '../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

const SETTINGS = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
  },
  include: ['*.ts'],
};

const IMPORTS = `import { z } from 'zod';
import * as balpm from 'balpm';
import type { Answer, ExperimentResult, RunRecord, Tensors, WorkerClient } from 'balpm';
declare const worker: WorkerClient;
const score = balpm.defineOperation({
  name: 'team.score', version: 1, pure: true, stallMs: 1000, file: 'score.py',
  params: z.strictObject({ temperature: z.number(), mode: z.enum(['mean', 'all']) }),
  data: z.strictObject({ rows: z.int(), best: z.string().nullable() }),
});
`;

/** Compiles every statement. */
const GOOD = `${IMPORTS}
const answer = await worker.call(score, { temperature: 1, mode: 'mean' }, { x: balpm.float32Tensor(new Float32Array(2)) });
const rows: number = answer.data.rows;
const best: string | null = answer.data.best;
const tensors: Tensors = answer.tensors;
const python: balpm.OpenPython = await balpm.openPython();
const losses: number[] = await python.invoke({ name: 'm.py:train', payload: { steps: 1 }, answer: z.array(z.number()) });
const scores: Float32Array = balpm.valuesOf(tensors, 'scores', 'float32');
const wide: BigInt64Array = balpm.valuesOf(tensors, 'ids', 'int64');
const stats: Answer<{ stores: string[]; posteriors: number; rssMiB: number; threads: number; device: string }> =
  await worker.call(balpm.operations.workerStats, {}, {}, { signal: new AbortController().signal });
const started: WorkerClient = await balpm.startWorker({ logFile: 'worker.log', operations: [score] });
try {
  await balpm.startWorker({ logFile: 'worker.log' });
} catch (error) {
  if (error instanceof balpm.WorkerFailure) {
    const code: balpm.ErrorCode = error.code;
    if (code === 'USER_CODE') console.log(error.details['traceback'], error.exitStatus);
  }
}
const result: ExperimentResult = await balpm.runExperiment({ config: 'a.yaml', overrides: ['seed=1'], onEvent: (event, state) => {
  if (event.type === 'round.measured') console.log(event.labels, state.labelled.length);
} });
if (result.status === 'waiting') console.log(result.waiting.batchFile);
await balpm.runExperiment({ config: await balpm.loadConfig('a.yaml'), orResume: true });
await balpm.runExperiment({ config: 'a.yaml', preset: 'paper' });
const records: RunRecord[] = await balpm.findRunRecords(['runs']);
const { page } = await balpm.writeReport(records, 'out', { metric: 'accuracy' });
console.log(rows, best, scores, wide, stats, started, page, balpm.compareRuns(records).results[0]?.policies[0]?.area.value);
`;

/** Must not compile where it says so. */
const WRONG = `${IMPORTS}
await worker.call(score, { temperature: 'hot', mode: 'mean' }); // wrong
await worker.call(score, { temperature: 1 }); // wrong
await worker.call(score, { temperature: 1, mode: 'all', extra: 1 }); // wrong
const { data } = await worker.call(score, { temperature: 1, mode: 'all' });
data.scores; // wrong
const text: string = data.best; // wrong
await worker.call(balpm.operations.workerEcho, { text: 'x', holdMs: 1 }); // wrong
await worker.call(balpm.operations.posteriorPredict, {}); // wrong
balpm.int32Tensor(new Float32Array(2)); // wrong
balpm.valuesOf({}, 'x', 'float128'); // wrong
const list: Int32Array = balpm.valuesOf({}, 'x', 'float32'); // wrong
await balpm.startWorker({}); // wrong
balpm.defineOperation({ name: 'a', version: 1, pure: true, stallMs: 1, params: {}, data: z.int() }); // wrong
await balpm.runExperiment({ config: 'a.yaml', seed: 3 }); // wrong
await balpm.runExperiment({ config: await balpm.loadConfig('a.yaml'), overrides: ['seed=1'] }); // wrong
await balpm.runExperiment({ config: await balpm.loadConfig('a.yaml'), preset: 'paper' }); // wrong
const code: balpm.ErrorCode = 'NO_SUCH_CODE'; // wrong
console.log(text, list, code);
`;

/** Compiles a consumer's only file; gives what the compiler says. */
async function compile(name: string, source: string): Promise<string> {
  const directory = join(scratch.path, name);
  mkdirSync(join(directory, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(directory, 'node_modules/balpm'));
  for (const installed of ['zod', '@types/node'])
    symlinkSync(join(ROOT, 'node_modules', installed), join(directory, 'node_modules', installed));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(SETTINGS));
  writeFileSync(join(directory, 'consumer.ts'), source);
  const { stdout } = await execa(join(ROOT, 'node_modules/.bin/tsc'), ['-p', directory, '--pretty', 'false'], {
    reject: false,
    cwd: directory,
  });
  return stdout;
}

beforeAll(() => {
  if (!existsSync(join(ROOT, 'dist/types/index.d.ts')))
    throw new Error('Cannot test the types: there is no dist/types, `npm run build` is needed');
});

test('the types of the built package serve a consumer, and infer params, data and results', async () => {
  expect(await compile('good', GOOD)).toBe('');
});

test('a wrong use of the built package is an error of the compiler, at its line', async () => {
  const errors = await compile('wrong', WRONG);
  const lines = [...errors.matchAll(/^consumer\.ts\((\d+),/gm)].map(([, line]) => Number(line));
  const marked = WRONG.split('\n').flatMap((line, index) => (line.endsWith('// wrong') ? [index + 1] : []));
  expect([...new Set(lines)], errors).toEqual(marked);
});
