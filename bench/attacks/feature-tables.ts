import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { messageOf } from '../../src/base/errors.ts';
import { type CallWorker, useOwnWorker } from '../../src/features/own-worker.ts';
import { featuresImport } from '../../src/protocol/operations/features-import.ts';
import { resolvePython } from '../../src/worker/links/local/interpreter.ts';
import { ROOT } from '../../test/support/balpm.ts';
import type { Attack, AttackSource } from './attack.ts';

const Columns = z.object({ id: z.string().nullable(), leaveOut: z.array(z.string()), keep: z.array(z.string()) });
const Case = z.object({
  name: z.string(),
  files: z.record(z.string(), z.string()),
  columns: Columns.default({ id: null, leaveOut: [], keep: [] }),
  encoding: z.string().nullable().default(null),
  left: z.array(z.string()).default([]),
  width: z.tuple([z.int(), z.int()]).default([3, 3]),
  ids: z.array(z.string()).default(Array.from({ length: 12 }, (_value, row) => `t${row}`)),
  refused: z.string().optional(),
});
type Case = z.output<typeof Case>;

/** Tables of features that are not what they seem, imported by one worker that outlives every refusal. */
export const featureTables: AttackSource = {
  name: 'feature tables',
  attacks: async () => {
    const made = await execa(resolvePython(), [join(ROOT, 'bench/attacks/feature_tables.py')]);
    const cases = made.stdout.split('\n').map((line) => Case.parse(JSON.parse(line)));
    const worker = sharedWorker(cases.length);
    return cases.map(
      (own): Attack => ({ name: own.name, run: (folder) => worker((call) => attack(own, folder, call)) }),
    );
  },
};

/** One worker for a number of uses; it ends after the last. */
function sharedWorker(uses: number): <Result>(use: (call: CallWorker) => Promise<Result>) => Promise<Result> {
  const over = new AbortController();
  let left = uses;
  let calling: Promise<CallWorker> | undefined;
  return async (use) => {
    calling ??= startShared(over.signal);
    try {
      return await use(await calling);
    } finally {
      left -= 1;
      if (left === 0) over.abort();
    }
  };
}

/** A worker that lives until `over`. */
function startShared(over: AbortSignal): Promise<CallWorker> {
  const options = { python: resolvePython(), device: 'cpu', threads: 1, signal: new AbortController().signal };
  return new Promise((resolve, reject) => {
    useOwnWorker({ ...options, onProgress: () => undefined }, async (call) => {
      resolve(call);
      if (!over.aborted) await once(over, 'abort');
    }).catch(reject);
  });
}

async function attack(own: Case, folder: string, call: CallWorker): Promise<string | undefined> {
  for (const [path, content] of Object.entries(own.files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), Buffer.from(content, 'base64'));
  }
  const work = join(folder, 'work');
  const sourceOf = (table: string) => ({ source: join(folder, table), revision: null, dimension: null });
  const settings = { storeDtype: 'float32' as const, partBytes: 2 ** 20, columns: own.columns, encoding: own.encoding };
  try {
    const params = { pairs: sourceOf('pairs'), prompts: sourceOf('prompts'), work, ...settings };
    const data = await call(featuresImport, params);
    return own.refused === undefined ? problemOf(own, work, data) : 'it was imported';
  } catch (error) {
    return own.refused === undefined
      ? `it was refused: ${messageOf(error)}`
      : problemOfRefusal(own, work, messageOf(error));
  }
}

function problemOfRefusal(own: Case, work: string, message: string): string | undefined {
  if (!new RegExp(own.refused ?? '').test(message)) return `the message was: ${message}`;
  if (!/^Cannot .+: .+; .+/s.test(message)) return `no message of ours: ${message}`;
  return existsSync(work) ? 'the folder of parts was left' : undefined;
}

/** Whether widths, ids and columns left aside are right, and the file of the prompts' features has as many values. */
function problemOf(own: Case, work: string, data: z.output<typeof featuresImport.data>): string | undefined {
  const found = [data.promptDimension, data.responseDimension];
  if (found.join() !== own.width.join()) return `${found.join(' and ')} features`;
  const left = data.leftOut.map(({ column }) => column);
  if (left.join('|') !== own.left.join('|')) return `left aside: ${JSON.stringify(left)}`;
  const part = join(work, data.tables.find(({ table }) => table === 'prompts')?.parts[0] ?? '');
  const { ids } = JSON.parse(readFileSync(`${part}.json`, 'utf8')) as { ids: string[] };
  if (ids.join('|') !== own.ids.join('|')) return `ids ${JSON.stringify(ids)}`;
  const bytes = readFileSync(`${part}.features`);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  if (values.length !== ids.length * own.width[0]) return `${values.length} values`;
  // Features are normal, and an index or id is not: no whole column may be among the first three.
  const isWhole = [0, 1, 2].some((column) =>
    ids.every((_id, row) => Number.isInteger(values[row * own.width[0] + column])),
  );
  return isWhole ? 'a feature is whole throughout' : undefined;
}
