import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPolicy } from '../../src/acquisition/create-policy.ts';
import { POLICIES } from '../../src/acquisition/index.ts';
import { ROOT } from '../support/balpm.ts';

const page = readFileSync(join(ROOT, 'docs/explanation/acquisition.md'), 'utf8');

/** Cells of every table row of a part of the page. */
const rowsOf = (text: string): string[][] =>
  [...text.matchAll(/^\| (.*) \|$/gm)].map(([, cells]) => cells!.split(' | '));

const [table, needs] = page.split('## Who needs what') as [string, string];

test('docs/explanation/acquisition.md has a row for every policy and for nothing else', () => {
  const listed = rowsOf(table).map(([name]) => name);
  expect(listed.slice(2)).toEqual(POLICIES.map(({ name }) => `\`${name}\``));
});

test('docs/explanation/acquisition.md says what every policy needs', () => {
  const said = rowsOf(needs.split('\n## ')[0]!).slice(2);
  const real = POLICIES.map(({ name }) => {
    const { measures, neighbours, samples, features } = createPolicy(name).needs;
    const names = measures.map((measure) => `\`${measure}\``).join(', ');
    return [
      `\`${name}\``,
      names || '–',
      neighbours === 0 ? '–' : `${neighbours}`,
      samples ? 'yes' : '–',
      features ?? '–',
    ];
  });
  expect(said).toEqual(real);
});

test('docs/explanation/acquisition.md names every option of every policy', () => {
  const options = POLICIES.flatMap(({ options: { shape } }) => Object.keys(shape));
  expect(options.filter((option) => !page.includes(`\`${option}\``))).toEqual([]);
});
