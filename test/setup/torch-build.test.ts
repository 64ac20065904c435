import { expect, test } from 'vitest';
import { isTorchBuild, requireTorch } from '../../src/setup/torch-build.ts';

test('requireTorch() asks for a build by its name on Linux', () => {
  expect(requireTorch('2.13.0', 'cpu', 'linux').requirement).toBe('torch==2.13.0+cpu');
  expect(requireTorch('2.13.0', 'cuda', 'linux')).toEqual({ requirement: 'torch===2.13.0' });
});

test('requireTorch() takes the only build that macOS has, and refuses CUDA there', () => {
  expect(requireTorch('2.13.0', 'cpu', 'darwin')).toEqual({ requirement: 'torch==2.13.0' });
  expect(() => requireTorch('2.13.0', 'cuda', 'darwin')).toThrow(
    'Cannot install torch for CUDA: this is darwin; use --torch cpu, or Linux',
  );
});

test.each([
  ['2.13.0+cpu', 'cpu', 'linux', true],
  ['2.13.0+cpu', 'cuda', 'linux', false],
  ['2.13.0', 'cuda', 'linux', true],
  ['2.13.0+cu126', 'cuda', 'linux', true],
  ['2.13.0', 'cpu', 'linux', false],
  ['2.13.0', 'cpu', 'darwin', true],
] as const)('isTorchBuild() of %s, %s, %s is %s', (version, build, platform, expected) => {
  expect(isTorchBuild(version, build, platform)).toBe(expected);
});
