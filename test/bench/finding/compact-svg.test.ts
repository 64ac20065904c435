import { expect, test } from 'vitest';
import { compactSvg } from '../../../bench/finding/compact-svg.ts';

test('compactSvg() rounds coordinates of paths and shortens strokes without length', () => {
  const svg = '<g transform="translate(0.555,1)"><path d="M1.23456,7L1.23456,7M-2.04,3.333L4,-0.0001"/></g>';
  expect(compactSvg(svg)).toBe('<g transform="translate(0.555,1)"><path d="M1.2,7h0M-2,3.3L4,0"/></g>');
});

test('compactSvg() leaves strokes that go on, and texts, alone', () => {
  const svg = '<text>d is 1.23456</text><path d="M1,2L1,2L3,4M5,6L5,66"/>';
  expect(compactSvg(svg)).toBe(svg);
});
