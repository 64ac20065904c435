import { expect, test } from 'vitest';
import { examineNode } from '../../src/doctor/examine-node.ts';

test('examineNode() takes the version package.json asks for', () => {
  expect(examineNode('20.19.0')).toMatchObject({ state: 'fine', advice: '' });
});

test('examineNode() refuses an older one and says which is needed', () => {
  expect(examineNode('20.18.3')).toMatchObject({ state: 'missing', advice: 'Node 20.19 or newer is needed' });
});
