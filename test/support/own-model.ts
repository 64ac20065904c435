import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './balpm.ts';

/** The example of docs/explanation/custom-model.md: a class `Heads`. */
export function exampleModel(): string {
  const page = readFileSync(join(ROOT, 'docs/explanation/custom-model.md'), 'utf8');
  const source = /```python\n([^]*?)```/.exec(page)?.[1];
  if (source === undefined)
    throw new Error('Cannot find the example of docs/explanation/custom-model.md, a python block is needed');
  return source;
}

/** Writes a model file and gives the overrides of a run that uses its class. */
export function writeOwnModel(directory: string, source = exampleModel(), name = 'heads.py:Heads'): readonly string[] {
  const [file = '', className = ''] = name.split(':');
  writeFileSync(join(directory, file), source);
  return [
    'posterior.type=external',
    `posterior.module=${join(directory, file)}:${className}`,
    'posterior.options.epochs=6',
  ];
}
