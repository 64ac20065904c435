// Each test has a place: beside the file it tests (test/x/y.test.ts mirrors src/x/y.ts, test/python/x/test_y.py mirrors
// python_worker/x/y.py), or in a folder that is named for its kind. Prints each test without one; exit status 1.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Behaviour that several files share, and what is no module of the product. */
const KINDS = new Set(['scenarios', 'api', 'bench', 'docs', 'examples', 'package', 'support', 'words']);

const isOfKind = (path) =>
  dirname(path)
    .split('/')
    .some((folder) => KINDS.has(folder));

/** The module a test is named after. */
function mirrorOf(path) {
  if (path.endsWith('.py'))
    return join('python_worker', relative('test/python', dirname(path)), basename(path).replace(/^test_/, ''));
  return join('src', relative('test', path)).replace(/(\.golden)?\.test\.ts$/, '.ts');
}

const tests = readdirSync(join(root, 'test'), { recursive: true })
  .map((path) => join('test', path))
  .filter((path) => /\.test\.ts$|(^|\/)test_\w+\.py$/.test(path));
const stray = tests.filter((path) => !isOfKind(path) && !existsSync(join(root, mirrorOf(path))));
for (const path of stray.toSorted())
  process.stdout.write(
    `${path}: there is no ${mirrorOf(path)}; move it beside the file it tests or to a scenarios/ folder\n`,
  );
if (tests.length === 0) process.stdout.write('test: no tests were found\n');
process.exitCode = stray.length > 0 || tests.length === 0 ? 1 : 0;
