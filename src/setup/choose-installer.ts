import { join } from 'node:path';
import { execa } from 'execa';
import { environmentError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import type { BasePython } from './find-base-python.ts';

/** A program with its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** The programs that make an environment and install into it. */
export interface Installer {
  readonly name: 'uv' | 'pip';
  readonly makeEnvironment: (directory: string) => CommandLine;
  readonly install: (directory: string, packages: readonly string[]) => CommandLine;
}

/** Settings of pip that decide what is installed; uv does not read them. */
const DECISIVE = /^(?:global|install|:env:)\.(index-url|extra-index-url|find-links|no-index|constraint)=/m;

/**
 * uv where it is on PATH, else pip. Where pip is configured with indexes or constraints, pip is used all the same: uv
 * would not follow them and would install other files.
 * @throws BalpmError (environment) when pip is to be used and the interpreter does not have ensurepip.
 */
export async function chooseInstaller(base: BasePython): Promise<Installer> {
  if ((await hasUv()) && !(await isPipConfigured(base))) return uv(base.executable);
  if (base.hasEnsurepip) return pip(base.executable);
  throw environmentError(
    `Cannot make a virtual environment with ${quotePath(base.executable)}: it does not have ensurepip; install it (Debian, Ubuntu: apt install python3-venv), name another Python with --python, or install uv`,
  );
}

const hasUv = async (): Promise<boolean> => !(await execa('uv', ['--version'], { reject: false })).failed;

async function isPipConfigured({ executable }: BasePython): Promise<boolean> {
  const { stdout } = await execa(executable, ['-m', 'pip', 'config', 'list'], { reject: false, stdin: 'ignore' });
  return DECISIVE.test(stdout ?? '');
}

const uv = (base: string): Installer => ({
  name: 'uv',
  makeEnvironment: (directory) => ['uv', 'venv', '--seed', '--allow-existing', '--python', base, directory],
  install: (directory, packages) => ['uv', 'pip', 'install', '--python', pythonOf(directory), ...packages],
});

const pip = (base: string): Installer => ({
  name: 'pip',
  makeEnvironment: (directory) => [base, '-m', 'venv', directory],
  install: (directory, packages) => [
    pythonOf(directory),
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '--progress-bar',
    'off',
    '--no-input',
    ...packages,
  ],
});

const pythonOf = (directory: string): string => join(directory, 'bin', 'python');
