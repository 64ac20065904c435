import { expect, test } from 'vitest';
import { BASELINE_COLOUR, policyColours } from '../../src/figures/palette.ts';

test('policyColours() gives grey to the baseline and a colour of its own to each of six policies', () => {
  const names = ['random', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
  const colours = policyColours(names, 'random');
  expect(colours.get('random')).toBe(BASELINE_COLOUR);
  expect(new Set(colours.values()).size).toBe(7);
});

test('policyColours() keeps a policy’s colour when there is no baseline', () => {
  expect(policyColours(['p1'], null).get('p1')).toBe(policyColours(['random', 'p1'], 'random').get('p1'));
});
