import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/balpm.ts';

/** Pages with links, as paths from the root. */
const PAGES = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)
  .concat('README.md', 'CONTRIBUTING.md', 'examples/README.md', 'slurm/README.md', 'bench/RESULTS.md');

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Targets of the links of a page, code left out: path from the root and anchor. */
function linksOf(page: string): { readonly path: string; readonly anchor: string | undefined }[] {
  const prose = textOf(page)
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { path: path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path)), anchor };
    });
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const headings = textOf(page)
    .replaceAll(/^```.*?^```$/gms, '')
    .matchAll(/^#+ (.*)$/gm);
  const slugs = [...headings].map(([, title = '']) =>
    title
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(slugs);
}

describe('docs/README.md', () => {
  test('leads to every page of the documentation but the single decisions', () => {
    const linked = new Set(linksOf('docs/README.md').map(({ path }) => path));
    const pages = PAGES.filter(
      (path) =>
        path.startsWith('docs/') &&
        path !== 'docs/README.md' &&
        (!path.startsWith('docs/decisions/') || path === 'docs/decisions/README.md'),
    );
    expect(pages.filter((page) => !linked.has(page))).toEqual([]);
  });
});

test.each(PAGES)('every link of %s leads somewhere', (page) => {
  const dead = linksOf(page).filter(
    ({ path, anchor }) =>
      !existsSync(join(ROOT, path)) ||
      (anchor !== undefined && path.endsWith('.md') && !anchorsOf(path).has(decodeURIComponent(anchor))),
  );
  expect(dead).toEqual([]);
});

test('every page of the documentation that code, errors, tests and scripts name is there', () => {
  const folders = ['src', 'python_worker', 'tools/generate', 'bench', 'examples', 'slurm', 'configs'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|py|mjs|md|yaml|sh|sbatch|def)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const dead = files.flatMap((file) =>
    [...textOf(file).matchAll(/(?<![\w./-])docs\/[\w./-]*?\.md\b/g)]
      .map(([path]) => path)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${file}: ${path}`),
  );
  expect(dead).toEqual([]);
});
