import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/balpm.ts';

const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

/** Names in back quotes of the list that follows a marker, by line. */
function listAfter(marker: string): string[][] {
  const list = page.slice(page.indexOf(`<!-- ${marker} -->`)).split('\n\n')[1] ?? '';
  return list.split('\n').map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

/** Sources below a folder, as paths from it. */
const sourcesOf = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));

/** Files of `src` that a file of `src` imports, types and dynamic imports too. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, 'src', file), 'utf8');
  return [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, path = '']) =>
    relative(join(ROOT, 'src'), join(ROOT, 'src', dirname(file), path)),
  );
}

/** Folders of `python_worker` that a file of it imports. */
function foldersOf(file: string): string[] {
  const depth = file.split('/').length;
  const text = readFileSync(join(ROOT, 'python_worker', file), 'utf8');
  return [...text.matchAll(/^\s*from (\.+)(\w+)?/gm)]
    .filter(([, dots = '']) => dots.length === depth)
    .map(([, , folder = '']) => folder)
    .filter((folder) => folder !== '');
}

const topOf = (path: string): string => path.split('/')[0] ?? '';

/** Levels of a list by name, the top one 0. */
const levelsOf = (marker: string): Map<string, number> =>
  new Map(listAfter(marker).flatMap((names, level) => names.map((name) => [name, level] as const)));

describe('docs/architecture.md', () => {
  test('names files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:src|python_worker|slurm|docs|test)\/[^`\s]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(40);
    const places = named
      .filter((path) => !path.includes('NAME'))
      .flatMap((path) => {
        const [, before = '', list] = /^(.*)\{(.*)\}$/.exec(path) ?? [];
        return list === undefined ? [path] : list.split(',').map((each) => before + each);
      });
    expect(places.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('names a folder for each place of a new file', () => {
    const folders = [...page.matchAll(/`([\w/.-]+)\/[^`/]*NAME[^`/]*`/g)].map(([, folder = '']) => folder);
    expect(folders.length).toBeGreaterThan(9);
    expect(folders.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
  });

  test('tells the start of a run in at most 12 files, each imported by one above it', () => {
    const story = listAfter('story').map(([file = '']) => file.replace(/^src\//, ''));
    expect(story.length).toBeGreaterThan(9);
    expect(story.length).toBeLessThanOrEqual(12);
    const reached = new Set([story[0]]);
    for (const file of story) {
      expect([...reached]).toContain(file);
      for (const imported of importsOf(file)) reached.add(imported);
    }
  });

  test('lists every folder of src once, and each imports only folders below it', () => {
    const levels = levelsOf('layers: src');
    expect([...levels.keys()].toSorted()).toEqual(readdirSync(join(ROOT, 'src')).toSorted());
    const upward = sourcesOf('src', '.ts').flatMap((file) =>
      importsOf(file)
        .filter((imported) => topOf(imported) !== topOf(file))
        .filter((imported) => (levels.get(topOf(imported)) ?? -1) <= (levels.get(topOf(file)) ?? -1))
        .map((imported) => `${file} → ${imported}`),
    );
    expect(upward).toEqual([]);
  });

  test('lists every folder of python_worker once, and each imports only folders below it', () => {
    const levels = levelsOf('layers: python_worker');
    const folders = readdirSync(join(ROOT, 'python_worker'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== '__pycache__')
      .map(({ name }) => name);
    expect([...levels.keys()].toSorted()).toEqual(folders.toSorted());
    const upward = sourcesOf('python_worker', '.py')
      .filter((file) => file.includes('/'))
      .flatMap((file) =>
        foldersOf(file)
          .filter((folder) => folder !== topOf(file))
          .filter((folder) => (levels.get(folder) ?? -1) <= (levels.get(topOf(file)) ?? -1))
          .map((folder) => `${file} → ${folder}`),
      );
    expect(upward).toEqual([]);
  });
});
