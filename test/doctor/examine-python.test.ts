import { expect, test } from 'vitest';
import { examinePython } from '../../src/doctor/examine-python.ts';
import { fakePython, PYTHON } from '../worker/test-worker.ts';

test('examinePython() gives a version of every pinned package', async () => {
  const findings = await examinePython(PYTHON);
  expect(findings.map(({ what }) => what)).toEqual(expect.arrayContaining(['python', 'torch', 'matplotlib']));
  expect(findings.find(({ what }) => what === 'matplotlib')).toMatchObject({ state: 'fine', found: '3.11.2' });
});

test('examinePython() tells packages balpm runs without from those it needs', async () => {
  const bare = fakePython('if [ "$1" = -c ]; then echo "$0"; else exec "$PYTHON" -S "$@"; fi');
  const findings = await examinePython(bare);
  const states = Object.fromEntries(findings.map(({ what, state }) => [what, state]));
  expect(states).toMatchObject({ python: 'fine', torch: 'missing', matplotlib: 'warning', pytest: 'warning' });
  expect(findings.find(({ what }) => what === 'matplotlib')?.advice).toBe(
    'npm run setup (matplotlib 3.11.2); only balpm report --format pdf needs it',
  );
});
