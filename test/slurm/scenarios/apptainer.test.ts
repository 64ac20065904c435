import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../support/balpm.ts';

const definition = readFileSync(join(ROOT, 'slurm/balpm.def'), 'utf8');
const { version, engines, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly files: readonly string[];
};
/** Everything but comments. */
const code = definition.replaceAll(/^ *#.*$/gm, '');

test('slurm/balpm.def installs the tarball that `npm pack` makes of this version, and nothing of another', () => {
  const named = [...definition.matchAll(/balpm-(\d+\.\d+\.\d+)\.tgz/g)].map(([, found]) => found);
  expect(named.length).toBeGreaterThan(2);
  expect(new Set(named)).toEqual(new Set([version]));
});

test('slurm/balpm.def begins with a Node that the package takes', () => {
  const [, major] = /^From: node:(\d+)-/m.exec(code) ?? [];
  expect(engines.node).toMatch(new RegExp(`^>=${major}\\.`));
});

test('slurm/balpm.def takes every version of Python packages from the requirements', () => {
  expect(code).toContain('balpm/python_worker/requirements.txt');
  expect(code).toContain('-r "$requirements"');
  expect(code.match(/[a-z]==\d/g)).toBeNull();
  const torch = /^torch==(\S+)$/m.exec(readFileSync(join(ROOT, 'python_worker/requirements.txt'), 'utf8'))?.[1];
  expect(definition).toContain(`(${torch}: CUDA `);
});

test('the package has the folder slurm', () => {
  expect(files).toContain('slurm');
});
