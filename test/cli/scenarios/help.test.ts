import { expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/index.ts';
import { balpm } from '../../support/balpm.ts';

const COMMANDS_OF: Readonly<Record<string, readonly string[]>> = {
  runs: ['ls', 'show', 'digest', 'export', 'explain', 'policies'],
  data: ['import', 'check', 'show', 'synth'],
  features: [
    'extract',
    'merge',
    'cut',
    'verify',
    'import',
    'export',
    'push',
    'prefetch',
    'show',
    'uncertainty',
    'quality',
  ],
  worker: ['start'],
  config: ['check', 'show', 'keys'],
  recipe: ['ls', 'show', 'cp'],
  slurm: ['submit', 'status', 'cancel', 'logs', 'collect', 'doctor', 'exec', 'workers'],
};
const EVERY_COMMAND = COMMANDS.flatMap(({ name }) => [
  name,
  ...(COMMANDS_OF[name] ?? []).map((sub) => `${name} ${sub}`),
]);

test('balpm --help lists every command and points to the documentation', async () => {
  const { status, stdout, stderr } = await balpm(['--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const { name, summary } of COMMANDS) expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${name} ${summary}`);
  expect(stdout).toContain('docs/README.md');
});

test.each(EVERY_COMMAND)('balpm %s --help begins with examples of it', async (words) => {
  const { status, stdout, stderr } = await balpm([...words.split(' '), '--help']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Examples:\n  balpm ${words}\\b`));
  expect(stdout).toContain(`Usage: balpm ${words}`);
});
