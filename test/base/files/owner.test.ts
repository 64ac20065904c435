import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { MARK, ownerState, ownMark } from '../../../src/base/files/owner.ts';
import { resolvePython } from '../../../src/worker/links/local/interpreter.ts';
import { ROOT } from '../../support/balpm.ts';

const inPython = (program: string, ...args: string[]): string =>
  execFileSync(resolvePython(), ['-c', `import sys\nfrom python_worker.base.owner import *\n${program}`, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim();

it('a mark tells whether its process lives, also when its number was given away', () => {
  const mark = ownMark();
  const [pid, start, space] = mark.split('-') as [string, string, string];
  expect(mark).toMatch(new RegExp(`^${MARK}$`));
  expect(mark.length).toBeLessThanOrEqual(25);
  expect(ownerState(mark)).toBe('alive');
  expect(ownerState(`${(2 ** 22 + 1).toString(16)}-${start}-${space}`)).toBe('gone');
  expect(ownerState(`${pid}-${start}-${space === '000000' ? '111111' : '000000'}`)).toBe('unknown');
  const isToldByStart = process.platform === 'linux';
  expect(ownerState(`${pid}-${(Number.parseInt(start, 16) + 1).toString(16)}-${space}`)).toBe(
    isToldByStart ? 'gone' : 'alive',
  );
});

it('both languages make and read the same marks', () => {
  const ended = inPython('print(own_mark())');
  expect(ownerState(ended)).toBe('gone');
  expect(inPython('print(owner_state(sys.argv[1]), owner_state(sys.argv[2]))', ownMark(), ended)).toBe('alive gone');
});

it.skipIf(spawnSync('unshare', ['--pid', '--fork', 'true']).status !== 0)(
  'a mark of another PID namespace is unknown in both languages, whatever its number',
  async () => {
    const held = spawn(
      'unshare',
      [
        '--pid',
        '--fork',
        '--kill-child',
        resolvePython(),
        '-c',
        'import sys\nfrom python_worker.base.owner import own_mark\nprint(own_mark(), flush=True)\nsys.stdin.read()',
      ],
      { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] },
    );
    try {
      const mark = await new Promise<string>((resolve) =>
        held.stdout.once('data', (bytes) => resolve(String(bytes).trim())),
      );
      expect(ownerState(mark)).toBe('unknown');
      expect(inPython('print(owner_state(sys.argv[1]))', mark)).toBe('unknown');
    } finally {
      held.stdin.end();
    }
  },
);
