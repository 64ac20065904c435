import { resolve } from 'node:path';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { commandWords } from '../../oracle/command-words.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';

/** A program, or a file with code, that a configuration names: its key, and what stands there. */
export interface NamedCode {
  readonly key: 'worker.python' | `posterior.${string}` | 'oracle.command';
  readonly value: string;
}

/** What of a configuration would run with the rights of who uses it; the interpreter that is used anyway is none of it. */
export function namedCode({ worker, posterior, oracle }: ExperimentConfig): readonly NamedCode[] {
  const { python, listen } = worker;
  const { customCode } = posteriorOf(posterior.type);
  const isForeign = python !== null && listen === null && asPath(python) !== asPath(resolvePython());
  return [
    ...(isForeign ? [{ key: 'worker.python', value: python } as const] : []),
    ...(customCode === undefined ? [] : [{ key: customCode.key, value: customCode.named(posterior) ?? '' }]),
    ...(oracle.type === 'command'
      ? [{ key: 'oracle.command', value: commandWords(oracle.command).join(' ') } as const]
      : []),
  ];
}

const asPath = (python: string): string => (python.includes('/') ? resolve(python) : python);
