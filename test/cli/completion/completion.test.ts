import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { makeCampaign } from '../../support/slurm/made-campaign.ts';

const scratch = makeScratch();
const at = (...parts: string[]): string => join(scratch.path, ...parts);
beforeAll(() => {
  makeCampaign(at('runs/main'), 3);
  makeCampaign(at('runs/other'), 1);
  for (const name of ['exp.yaml', 'notes.txt', '$(touch owned).yaml']) writeFileSync(at(name), '');
  mkdirSync(at('bin'));
  symlinkSync(join(ROOT, 'dist/main.js'), at('bin/balpm'));
});
afterAll(() => scratch.remove());

/** What can follow these words, and whether a blank follows it. */
async function complete(...words: string[]): Promise<{ values: string[]; isWhole: boolean }> {
  const { status, stdout, stderr } = await balpm(['complete', '--', ...words], { cwd: scratch.path });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout.split('\n');
  return { values: lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''), isWhole: lines.at(-1) === ':4' };
}

test.each([
  ['every command', ['sl'], ['slurm']],
  ['sub-commands', ['slurm', 'c'], ['cancel', 'collect']],
  ['options', ['slurm', 'submit', '--prof'], ['--profile']],
  ['choices', ['slurm', 'submit', '--only', ''], ['missing', 'failed', 'all']],
  ['choices of other commands', ['report', '--format', ''], ['html', 'pdf']],
  ['configurations', ['run', '-c', 'e'], ['exp.yaml']],
  ['campaigns', ['slurm', 'status', 'runs/m'], ['runs/main', 'runs/main/']],
  ['cells', ['slurm', 'logs', 'runs/main', ''], ['c0', 'c1', 'c2']],
  ['cells of an option', ['slurm', 'cancel', 'runs/main', '--cells', 'c1'], ['c1']],
  ['shells', ['completion', ''], ['bash', 'zsh', 'fish', 'powershell']],
  ['nothing where there is nothing', ['slurm', 'logs', 'nowhere', ''], []],
])('complete offers %s', async (_name, words, values) => {
  expect((await complete(...words)).values).toEqual(values);
});

test('complete lets a key or a directory be typed on, and offers no hidden command', async () => {
  expect(await complete('slurm', 'submit', '--job', 'tasks')).toEqual({ values: ['tasksPerJob='], isWhole: false });
  expect(await complete('compare', 'run')).toEqual({ values: ['runs/'], isWhole: false });
  expect((await complete('slurm', '')).values).not.toContain('task');
  expect((await complete('')).values).toContain('completion');
  expect((await complete('')).values).not.toContain('complete');
});

test('complete never offers a name that a shell would run', async () => {
  expect((await complete('run', '-c', '$')).values).toEqual([]);
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('completion %s prints a script', async (shell) => {
  const { status, stdout } = await balpm(['completion', shell]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^#.* completion for balpm|^#compdef balpm/);
  expect(stdout).toContain('balpm complete');
});

test('completion refuses another shell', async () => {
  const { status, stderr } = await balpm(['completion', 'tcsh']);
  expect(status).toBe(2);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish, powershell.');
});

describe('the script of bash', () => {
  /** What a TAB after these words gives. */
  const tab = async (...words: string[]): Promise<string> => {
    const { stdout: script } = await balpm(['completion', 'bash']);
    writeFileSync(at('balpm.bash'), script);
    const typed = ['balpm', ...words].map((word) => `'${word}'`).join(' ');
    const press = `source balpm.bash; source balpm.bash; COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; compopt() { :; }; __balpm_complete; echo "\${COMPREPLY[*]}"`;
    const env = { PATH: `${at('bin')}${delimiter}${process.env['PATH']}` };
    const { stdout, stderr } = await execa('bash', ['--norc', '-c', press], { cwd: scratch.path, env });
    expect(stderr).toBe('');
    return stdout;
  };

  it('completes, read twice and without the package of functions', async () => {
    expect(await tab('slurm', 'sub')).toBe('submit');
    expect(await tab('slurm', 'logs', 'runs/main', 'c2')).toBe('c2');
  });

  it('runs nothing that stands in the words', async () => {
    await tab('run', '$(touch owned)', '>', 'overwritten', '-');
    expect([existsSync(at('owned')), existsSync(at('overwritten'))]).toEqual([false, false]);
  });
});
