import { environmentError } from '../base/errors.ts';

/** Builds of torch to choose from. */
export const TORCH_BUILDS = ['cpu', 'cuda'] as const;
export type TorchBuild = (typeof TORCH_BUILDS)[number];

/** Where PyTorch keeps the builds that PyPI does not have. */
const CPU_INDEX = 'https://download.pytorch.org/whl/cpu';

/** A requirement that only one build meets, and an index to look in where the configured ones do not have it. */
export interface TorchRequirement {
  readonly requirement: string;
  readonly otherIndex?: string;
}

/**
 * What to ask pip for. On Linux `+cpu` names the CPU build, and `===` keeps out builds that name themselves; the only
 * build for macOS has no such name.
 * @throws BalpmError (environment) for CUDA on macOS.
 */
export function requireTorch(pin: string, build: TorchBuild, platform = process.platform): TorchRequirement {
  if (platform === 'linux')
    return build === 'cpu'
      ? { requirement: `torch==${pin}+cpu`, otherIndex: CPU_INDEX }
      : { requirement: `torch===${pin}` };
  if (build === 'cpu') return { requirement: `torch==${pin}` };
  throw environmentError(`Cannot install torch for CUDA: this is ${platform}; use --torch cpu, or Linux`);
}

/** Whether an installed version is of that build. */
export function isTorchBuild(version: string, build: TorchBuild, platform = process.platform): boolean {
  if (platform !== 'linux') return build === 'cpu';
  return version.endsWith('+cpu') === (build === 'cpu');
}
