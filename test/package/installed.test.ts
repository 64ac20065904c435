import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeScratch, ROOT } from '../support/balpm.ts';
import { PYTHON } from '../worker/test-worker.ts';

// What someone meets who has no checkout: `npm install` of the packed tarball in an empty project.
const scratch = makeScratch();
const project = join(scratch.path, 'project');
const deep = join(project, 'deep/er');
const installed = join(project, 'node_modules/balpm');
/** The environment of the checkout, behind a link: what is behind a link is never changed. */
const environment = join(scratch.path, 'environment');
const own = { BALPM_PYTHON: join(environment, 'bin/python') };

interface PackedFile {
  readonly path: string;
}
let packed: readonly string[];

async function call(program: string, args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const base = { ...process.env, NO_COLOR: '1' };
  const { exitCode, stdout, stderr } = await execa(program, args, {
    cwd,
    env: { ...Object.fromEntries(Object.entries(base).filter(([name]) => !/^(BALPM_|npm_)/.test(name))), ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  return { status: exitCode, stdout, stderr };
}

const balpm = (words: readonly string[], cwd = project, env: Record<string, string> = own) =>
  call('npx', ['--no', '--', 'balpm', ...words], cwd, env);

beforeAll(async () => {
  if (!existsSync(join(ROOT, 'dist/types/index.d.ts')))
    throw new Error('Cannot test the package: there is no dist/types; run npm run build');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{"name":"stranger","private":true,"type":"module"}');
  symlinkSync(join(PYTHON, '../..'), environment);
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch.path];
  const { stdout } = await call('npm', pack, ROOT);
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: PackedFile[] }];
  packed = files.map(({ path }) => path);
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', join(scratch.path, filename)];
  expect(await call('npm', install, project)).toMatchObject({ status: 0 });
});
afterAll(scratch.remove);

test('the tarball has what an installed balpm needs, and nothing else', () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/main.js',
      'dist/index.js',
      'dist/types/index.d.ts',
      'python_worker/__main__.py',
      'python_worker/requirements.txt',
      'configs/quickstart.yaml',
      'docs/README.md',
      'examples/README.md',
      'slurm/README.md',
      'environment.yml',
      'LICENSE',
    ]),
  );
  expect([...new Set(packed.map((path) => path.split('/')[0]))].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'configs',
    'dist',
    'docs',
    'environment.yml',
    'examples',
    'package.json',
    'python_worker',
    'slurm',
  ]);
  expect(packed.filter((path) => /__pycache__|\.pyc$|stamp$|\.map$|node_modules|requirements-test/.test(path))).toEqual(
    [],
  );
});

test('the project gets no development package with it', () => {
  const names = readdirSync(join(project, 'node_modules'));
  for (const name of ['esbuild', 'fast-check', 'tsx', 'typescript', 'vitest']) expect(names).not.toContain(name);
  expect(existsSync(join(installed, 'tools'))).toBe(false);
});

test('balpm doctor names commands that exist there when Python is missing', async () => {
  const { status, stdout } = await balpm(['doctor'], project, { BALPM_PYTHON: '/nonexistent' });
  expect(status).toBe(3);
  expect(stdout).toContain('→ npx balpm setup');
  expect(stdout).not.toContain('npm run');
  expect((await balpm(['--help'])).stdout).toContain('First steps: npx balpm setup · npx balpm quickstart');
});

test('balpm setup recognises a whole environment, and doctor finds nothing missing in it', async () => {
  const { status, stdout, stderr } = await balpm(['setup', '--venv', environment]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    `The Python environment is whole: ${own.BALPM_PYTHON}`,
    'Next: npx balpm doctor, npx balpm quickstart',
  ]);
  const doctor = await balpm(['doctor', '--json']);
  const { findings } = JSON.parse(doctor.stdout) as { findings: { state: string }[] };
  expect({ status: doctor.status, missing: findings.filter(({ state }) => state === 'missing') }).toEqual({
    status: 0,
    missing: [],
  });
});

test('balpm setup refuses a build of torch that there is not, and a directory of something else', async () => {
  expect(await balpm(['setup', '--torch', 'rocm'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("argument 'rocm' is invalid. Allowed choices are cpu, cuda."),
  });
  expect(await balpm(['setup', '--venv', deep.replace('/er', '')])).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('there is something else at that place; name another directory with --venv'),
  });
});

test('balpm quickstart sweeps, compares and reports in the working directory', async () => {
  const keys = 'rounds=2 acquisition.initial=20 acquisition.batch=10 seed=1..2 data.world.kind=uniform';
  const method = 'posterior.type=bayesian-linear acquisition.policy=random,sample';
  const { status, stdout, stderr } = await balpm(['quickstart', ...`${keys} ${method}`.split(' ')]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toMatch(/^random\b/m);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('Report: runs/quickstart/report/index.html');
  expect(readFileSync(join(project, 'runs/quickstart/report/index.html'), 'utf8')).toContain('<svg');
});

const PROGRAM = `import { findRunRecords, compareRuns, startWorker, operations, type RunRecord } from 'balpm';
const records: RunRecord[] = await findRunRecords(['runs/quickstart']);
const policies: string[] = compareRuns(records).results[0]?.policies.map(({ policy }) => policy) ?? [];
const worker = await startWorker({ logFile: 'worker.log', device: 'cpu' });
try {
  const { data } = await worker.call(operations.workerStats, {});
  const device: string = data.device;
  console.log(JSON.stringify({ runs: records.length, policies, device }));
} finally {
  await worker.close();
}
`;

test('a TypeScript file of the project compiles against the types and runs', async () => {
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'));
  const settings = { target: 'es2023', module: 'nodenext', strict: true, noEmit: true, types: ['node'] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings, include: ['*.ts'] }));
  writeFileSync(join(project, 'own.ts'), PROGRAM);
  const tool = (name: string): string => join(ROOT, 'node_modules/.bin', name);
  expect(await call(tool('tsc'), ['-p', '.', '--pretty', 'false'], project)).toMatchObject({ status: 0, stdout: '' });
  const ran = await call(tool('tsx'), ['own.ts'], project, own);
  expect(ran).toMatchObject({ status: 0 });
  expect(JSON.parse(ran.stdout)).toEqual({ runs: 4, policies: ['random', 'sample'], device: 'cpu' });
});

test('balpm finds the environment of the project from any directory of it, without configuration', async () => {
  writeFileSync(join(installed, 'python_worker/requirements.txt'), 'msgspec==0.22.0\n');
  const base = join(PYTHON, '../..', 'bin', 'python');
  const made = await balpm(['setup', '--python', base], deep, {});
  expect(made.stderr).toMatch(/^making .*\.venv with Python 3/);
  expect(made, 'the worker needs more').toMatchObject({
    status: 3,
    stderr: expect.stringContaining('npx balpm doctor'),
  });
  const { stdout } = await balpm(['doctor', '--json'], deep, {});
  expect(stdout).toContain(join(project, '.venv/bin/python'));
});
