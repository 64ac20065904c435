import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attack, AttackSource } from './attack.ts';
import { leftBehind, openBench, openLab, start } from './lab.ts';

/** One step: arguments, the status it must end with, and what must be said. */
interface Step {
  readonly args: (folder: string) => readonly string[];
  readonly status: number;
  readonly says: RegExp;
}

const works = (args: Step['args']): Step => ({ args, status: 0, says: /(?:)/ });

/** Data that is refused leaves nothing, and the command that is right then works. */
export const refusedData: AttackSource = {
  name: 'refused data',
  attacks: async () => {
    const { inputs } = await openLab();
    const from = (name: string): string => join(inputs, name);
    const small = [
      '--device',
      'cpu',
      '--threads',
      '1',
      '--part-tokens',
      '400',
      '--token-budget',
      '128',
      '--no-quality',
    ];
    const extract =
      (model: string, ...more: string[]) =>
      (folder: string) => [
        'features',
        'extract',
        from('dataset'),
        '--model',
        from(model),
        '--out',
        join(folder, 'o'),
        ...small,
        ...more,
      ];
    const importFrom =
      (pairs: string, ...more: string[]) =>
      (folder: string) => [
        'features',
        'import',
        pairs,
        '--prompts',
        from('published/prompts'),
        '--out',
        join(folder, 'o'),
        ...more,
      ];
    const spoilt = (name: string, spoil: (lines: string[]) => string[]): string => {
      const folder = from(name);
      rmSync(folder, { recursive: true, force: true });
      cpSync(from('published/pairs'), folder, { recursive: true });
      const file = join(folder, 'train.csv');
      writeFileSync(file, spoil(readFileSync(file, 'utf8').split('\n')).join('\n'));
      return folder;
    };
    const missing = spoilt('missing', (lines) =>
      lines.map((line, row) => (row === 3 ? line.replace(/^[^,]*/, 'other') : line)),
    );
    const broken = spoilt('broken-cell', (lines) =>
      lines.map((line, row) => (row === 150 ? line.replace(/,[^,]*,/, ',inf,') : line)),
    );
    const double = spoilt('double', (lines) => [...lines.slice(0, -1), lines[1] as string, '']);
    const whole = importFrom(from('published/pairs'));
    return [
      steps('a model that gives NaN, then another type', [
        {
          args: extract('broken', '--dtype', 'float32', '--store-dtype', 'float16'),
          status: 4,
          says: /NaN or infinity/,
        },
        works(extract('broken', '--dtype', 'float32')),
      ]),
      steps('a model that is missing', [
        { args: extract('absent'), status: 4, says: /Cannot load/ },
        works(extract('model')),
      ]),
      steps('pairs without prompt features, then dropped', [
        { args: importFrom(missing), status: 4, says: /have no prompt features/ },
        works(importFrom(missing, '--missing', 'drop')),
      ]),
      steps('a cell that is infinite, then another source', [
        { args: importFrom(broken, '--part-mib', '1'), status: 4, says: /is inf/ },
        works(whole),
      ]),
      steps('an id that stands twice, then another source', [
        { args: importFrom(double), status: 4, says: /already/ },
        works(whole),
      ]),
      steps('a source that is missing', [{ args: importFrom('/absent'), status: 4, says: /Cannot / }, works(whole)]),
    ];
  },
};

const steps = (name: string, list: readonly Step[]): Attack => ({
  name,
  run: async (folder) => {
    const bench = openBench(folder);
    for (const { args, status, says } of list) {
      const { exitCode, stderr } = await start({ args }, bench);
      if (exitCode !== status || !says.test(stderr)) return `status ${exitCode} instead of ${status}: ${stderr}`;
      const left = leftBehind(bench).filter((each) => status === 0 || !each.startsWith('balpm-worker-'));
      if (left.length > 0) return `left ${left.join(', ')} after: ${stderr}`;
    }
    return undefined;
  },
});
