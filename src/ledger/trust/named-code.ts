import { resolve } from 'node:path';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { commandWords } from '../../oracle/command-words.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';

/** A program, or a file with code, that a configuration names: the key and its value. */
export interface NamedCode {
  readonly key: 'worker.python' | `posterior.${string}` | 'oracle.command';
  readonly value: string;
}

/**
 * All code in a configuration that would run with the rights of its user, without the interpreter that balpm uses
 * anyway.
 */
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
