import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pairRow, writeRows } from '../../../test/data/fixtures.ts';
import { balpm } from '../../../test/support/balpm.ts';
import { writeTinyConfig } from '../../../test/support/tiny-config.ts';
import type { Attack, AttackSource } from '../attack.ts';
import { findRaw } from './find-raw.ts';
import { PAYLOADS } from './payloads.ts';

/** A place for a text: the calls that meet it, and the status that the last one must have. */
interface Place {
  readonly calls: (folder: string, text: string) => readonly (readonly string[])[];
  readonly status: number;
  /** Whether the text can stand in a name of a file. */
  readonly isName?: boolean;
}

const SHOWN = ['data', 'show', 'd'];

/** Imports rows in which the text stands, and with `then` calls more. */
const imported =
  (row: (text: string) => Readonly<Record<string, unknown>>, ...then: readonly (readonly string[])[]) =>
  (folder: string, text: string): readonly (readonly string[])[] => {
    const rows = [pairRow('first', { split: 'train' }), pairRow('second', { split: 'train', ...row(text) })];
    writeRows(join(folder, 'pairs.jsonl'), rows);
    return [['data', 'import', 'pairs.jsonl', '--name', `d ${text}`, '--out', 'd'], ...then];
  };

const everywhere = (text: string): Readonly<Record<string, unknown>> => ({
  id: text,
  prompt: text,
  response_a: `${text}a`,
  response_b: `${text}b`,
});

const PLACES: Readonly<Record<string, Place>> = {
  'a dataset that is shown': { status: 0, calls: imported(everywhere, SHOWN) },
  'a dataset that is shown as JSON': { status: 0, calls: imported(everywhere, [...SHOWN, '--json']) },
  'a split': { status: 4, calls: imported((split) => ({ split })) },
  'the id of a row without answers': { status: 4, calls: imported((id) => ({ id, response_a: null })) },
  'a label': { status: 4, calls: imported((preferred) => ({ preferred })) },
  'the name of a file': {
    status: 4,
    isName: true,
    calls: (folder, text) => {
      writeFileSync(join(folder, `${text}.jsonl`), '{"prompt": 1}\n');
      return [['data', 'import', `${text}.jsonl`, '--split', 'train', '--out', 'd']];
    },
  },
  'a command': { status: 2, calls: (_folder, text) => [[text]] },
  'an option': { status: 2, calls: (_folder, text) => [['runs', 'ls', `--${text}`]] },
  'a key': { status: 2, calls: (folder, text) => [['config', 'check', '-c', writeTinyConfig(folder), `${text}=1`]] },
  'a configuration': {
    status: 2,
    calls: (folder, text) => {
      writeFileSync(join(folder, 'bad.yaml'), `data: "${text}\n  : [`);
      return [['config', 'check', '-c', 'bad.yaml']];
    },
  },
  'a path of a configuration that is shown': {
    status: 0,
    calls: (folder, text) => {
      return [['config', 'show', '-c', writeTinyConfig(folder), `data.columns=[${JSON.stringify(text)}]`]];
    },
  },
  'a directory of runs': {
    status: 0,
    isName: true,
    calls: (folder, text) => {
      mkdirSync(join(folder, text));
      return [['runs', 'ls', text]];
    },
  },
  'a run': { status: 2, calls: (_folder, text) => [['runs', 'show', text]] },
  'a damaged run': {
    status: 0,
    isName: true,
    calls: (folder, text) => {
      mkdirSync(join(folder, 'runs', text), { recursive: true });
      writeFileSync(join(folder, 'runs', text, 'run.json'), '{}');
      writeFileSync(join(folder, 'runs', text, 'config.resolved.yaml'), `${text}: [`);
      return [['runs', 'ls', 'runs']];
    },
  },
  'a policy': {
    status: 2,
    calls: (_folder, text) => [['acquire', '--policy', text, '--prompts', 'x.npy', '--batch', '1']],
  },
};

async function attackWith(folder: string, { calls, status }: Place, text: string): Promise<string | undefined> {
  let last: number | undefined;
  for (const args of calls(folder, text)) {
    const called = await balpm(args, { cwd: folder });
    const where = args
      .slice(0, 2)
      .map((word) => JSON.stringify(word))
      .join(' ');
    const raw = findRaw(`stdout of ${where}`, called.stdout) ?? findRaw(`stderr of ${where}`, called.stderr);
    if (raw !== undefined) return raw;
    if (called.status === 1 || /^\s+at .*:\d+:\d+/m.test(called.stderr))
      return `${where} was a fault: ${called.stderr}`;
    last = called.status;
  }
  return last === status ? undefined : `it ended with ${last}, not ${status}`;
}

/** Every text in every place where a command prints texts of others. */
export const printedTexts: AttackSource = {
  name: 'printed texts',
  attacks: async () =>
    Object.entries(PLACES).flatMap(([place, how]) =>
      Object.entries(PAYLOADS).map(
        ([kind, text]): Attack => ({
          name: `${kind} in ${place}`,
          run: (folder) => attackWith(folder, how, text),
        }),
      ),
    ),
};
