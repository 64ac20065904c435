import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { POSTERIOR_TYPES, type PosteriorType } from '../../../src/posterior/index.ts';
import { ROOT } from '../../support/balpm.ts';

/** Python modules of a kind where they are not named as it is. */
const MODULES: Readonly<Partial<Record<PosteriorType, string>>> = {
  lru: 'latent_reward',
  'fine-tuned': 'fine_tuning',
  external: 'custom',
};

/** Files that name a kind without being its own, and why they may. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/posterior/default-method.ts': 'the default is one of them',
  'src/quality/probe/fit-probe.ts': 'it asks the worker for that kind',
  'src/diagnostics/uncertainty-warning.ts': 'it advises a kind',
  'src/measures/lru.ts': 'the measure has the name too',
  'src/protocol/operations/external-fit.ts': 'the operation of that kind',
  'python_worker/posterior/kinds.py': 'the table',
};

const SOURCES = ['src', 'python_worker'].flatMap((part) =>
  readdirSync(join(ROOT, part), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|py)$/.test(path))
    .map((path) => join(part, path))
    .filter((path) => !path.startsWith('python_worker/protocol/')),
);

/** Whether a text names the kind: as a value in quotes, or as `posterior.type TYPE`. */
const names = (text: string, type: string): boolean =>
  new RegExp(`["'\`]${type}["'\`]|posterior\\.type[ =]${type}\\b`).test(text);

function isOwn(path: string, type: PosteriorType): boolean {
  const module = `python_worker/posterior/${MODULES[type] ?? type.replaceAll('-', '_')}`;
  const own = [`src/posterior/kinds/${type}.ts`, `src/protocol/posterior/${type}.ts`, `${module}.py`];
  return own.includes(path) || path.startsWith(`${module}/`);
}

describe.each(POSTERIOR_TYPES)('posterior.type %s', (type) => {
  test('is named by its own files and by no other', () => {
    const naming = SOURCES.filter((path) => names(readFileSync(join(ROOT, path), 'utf8'), type));
    expect(naming.filter((path) => !isOwn(path, type) && !(path in ALLOWED))).toEqual([]);
    expect(naming).toContain(`src/posterior/kinds/${type}.ts`);
  });
});
