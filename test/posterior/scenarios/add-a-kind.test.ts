import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../../src/ledger/event-log.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { makeScratch, ROOT } from '../../support/balpm.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { NEW_PLUG_INS } from '../fixtures/new-plug-ins.ts';

/** What `npm run generate`, the type check and a run need of a checkout. */
const PARTS = ['src', 'tools', 'python_worker', 'configs', 'docs', 'slurm', 'package.json', 'tsconfig.json'];
const LEFT_OUT = ['node_modules', '__pycache__'];
const GENERATED =
  /^(docs\/reference\/|python_worker\/protocol\/|src\/protocol\/schema\/schema-sha\.ts$|test\/corpus\/|slurm\/)/;
/** A policy and a kind that there are, by their files (or their folder); `lines` are what their tables lose. */
const OLD_PLUG_INS = {
  files: [
    'src/acquisition/policies/near-tie.ts',
    'src/protocol/posterior/variational.ts',
    'src/posterior/kinds/variational.ts',
    'python_worker/posterior/variational',
  ],
  lines: {
    'src/acquisition/index.ts': /nearTie|near-tie/,
    'src/protocol/posterior-kinds.ts': /VariationalKind/,
    'src/posterior/index.ts': /\bvariational\b/,
    'python_worker/posterior/kinds.py': /Variational/,
  },
};

const scratch = makeScratch();
const copy = join(scratch.path, 'checkout');
afterAll(scratch.remove);

const inCopy = (path: string): string => join(copy, path);
const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);
const run = (file: string, args: readonly string[]) =>
  execa(file, args, {
    cwd: copy,
    stdin: 'ignore',
    reject: false,
    env: { NO_COLOR: '1', BALPM_PYTHON: resolvePython(), PYTHONDONTWRITEBYTECODE: '1' },
  });

/** Every file of the copy by its path, with its content. */
function contents(): Map<string, string> {
  const entries = [...PARTS, 'test/corpus'].flatMap((part) => {
    const path = inCopy(part);
    if (part.includes('.')) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
      .map((entry) => join(entry.parentPath, entry.name));
  });
  return new Map(entries.map((path) => [path.slice(copy.length + 1), readFileSync(path, 'base64')]));
}

const changed = (before: Map<string, string>, after: Map<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).toSorted();

function edit(file: string, change: (lines: string[]) => string[]): void {
  writeFileSync(inCopy(file), change(readFileSync(inCopy(file), 'utf8').split('\n')).join('\n'));
}

function addPlugIns(): void {
  for (const { files, lines } of Object.values(NEW_PLUG_INS)) {
    for (const [path, text] of Object.entries(files)) writeFileSync(inCopy(path), text, { flag: 'wx' });
    for (const { file, before, line } of lines) {
      edit(file, (all) => {
        const at = all.findIndex((one) => one.startsWith(before));
        expect(at, `${before} in ${file}`).toBeGreaterThan(-1);
        return all.toSpliced(at, 0, line);
      });
    }
  }
}

function removePlugIns(): void {
  for (const { files, lines } of Object.values(NEW_PLUG_INS)) {
    for (const path of Object.keys(files)) rmSync(inCopy(path));
    for (const { file, line } of lines) edit(file, (all) => all.filter((one) => one !== line));
  }
}

function removeOldPlugIns(): void {
  for (const path of OLD_PLUG_INS.files) rmSync(inCopy(path), { recursive: true });
  for (const [file, lines] of Object.entries(OLD_PLUG_INS.lines)) {
    edit(file, (all) => all.filter((line) => !lines.test(line)));
  }
}

const isOld = (path: string): boolean =>
  OLD_PLUG_INS.files.some((file) => path === file || path.startsWith(`${file}/`));

/** Their files and lines; until then their tables lack these lines and nothing else. */
function putBackOldPlugIns(before: ReadonlyMap<string, string>): void {
  for (const [path, content] of before) {
    const lines = Object.entries(OLD_PLUG_INS.lines).find(([file]) => file === path)?.[1];
    if (!isOld(path) && lines === undefined) continue;
    const text = Buffer.from(content, 'base64').toString();
    if (lines !== undefined) {
      const rest = text.split('\n').filter((line) => !lines.test(line));
      expect(readFileSync(inCopy(path), 'utf8')).toBe(rest.join('\n'));
    }
    mkdirSync(dirname(inCopy(path)), { recursive: true });
    writeFileSync(inCopy(path), text);
  }
}

async function generate(): Promise<void> {
  expect(await run(bin('tsx'), ['tools/generate.ts'])).toMatchObject({ exitCode: 0 });
}

/** The types of `src` alone: tests and documents may name what there is. */
async function expectTypesInOrder(): Promise<void> {
  writeFileSync(inCopy('tsconfig.src.json'), JSON.stringify({ extends: './tsconfig.json', include: ['src'] }));
  const { exitCode, stdout } = await run(bin('tsc'), ['-p', 'tsconfig.src.json']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
}

beforeAll(() => {
  mkdirSync(inCopy('test'), { recursive: true });
  for (const part of [...PARTS, 'test/corpus']) {
    cpSync(join(ROOT, part), inCopy(part), {
      recursive: true,
      filter: (source) => !LEFT_OUT.includes(basename(source)),
    });
  }
  for (const installed of ['node_modules', '.venv']) {
    if (existsSync(join(ROOT, installed))) symlinkSync(join(ROOT, installed), inCopy(installed));
  }
});

describe('a checkout', () => {
  const before = new Map<string, string>();
  beforeAll(() => {
    for (const [path, content] of contents()) before.set(path, content);
  });

  test('takes a policy, a measure and a kind of posterior by their files and one line in each table', async () => {
    addPlugIns();
    removeOldPlugIns();
    await generate();
    const written = Object.values(NEW_PLUG_INS).flatMap(({ files, lines }) => [
      ...Object.keys(files),
      ...lines.map(({ file }) => file),
    ]);
    const touched = changed(before, contents()).filter((path) => !GENERATED.test(path) && !isOld(path));
    expect(touched).toEqual([...new Set(written)].toSorted());
    await expectTypesInOrder();
  });

  test('runs with the new ones, and without a policy and a kind that were taken out likewise', async () => {
    const config = writeTinyConfig(scratch.path);
    const chosen = ['posterior.type=fixed-weight', 'posterior.head=null', 'acquisition.policy=bottom-k'];
    const measure = 'acquisition.bottom-k.measure=squared-margin';
    const args = ['src/main.ts', 'run', '-c', config, '--id', 'new', 'rounds=3', ...chosen, measure];
    const refused = await run(bin('tsx'), [...args, 'posterior.fixedWeight.scale=101']);
    expect(refused.stderr).toContain('a number of at most 100 (because posterior.type is fixed-weight)');
    const gone = await run(bin('tsx'), [...args, 'posterior.type=variational']);
    expect(gone.stderr).toContain('laplace, cross-backbone, fixed-weight, fine-tuned, external is needed');
    const done = await run(bin('tsx'), args);
    expect({ status: done.exitCode, stderr: done.stderr }).toMatchObject({ status: 0 });
    const events = readEvents(join(scratch.path, 'runs/new/events.jsonl'));
    const batches = events.flatMap((event) => (event.type === 'batch.selected' && event.round > 0 ? [event] : []));
    expect(batches).toHaveLength(2);
    for (const { scores, terms } of batches) {
      expect(scores).toEqual(scores.map(Number).toSorted((a, b) => a - b));
      expect(terms).toEqual({ 'squared-margin': scores });
    }
  });

  test('is what it was to the last byte once they are removed again', async () => {
    removePlugIns();
    putBackOldPlugIns(before);
    await generate();
    expect(changed(before, contents())).toEqual([]);
  });
});
