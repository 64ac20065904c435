// Bundles the command line and the library into dist/, and links node_modules/.bin/balpm to it.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ifPossible = process.argv.includes('--if-possible');

/** Packages left out of the bundle: native code, or large and loaded only when needed. */
const EXTERNAL = ['zeromq', 'pythonia', 'vega', 'vega-lite'];

async function build() {
  const { build: bundle } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await bundle({
    absWorkingDir: root,
    entryPoints: ['src/main.ts', 'src/index.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    define: { BALPM_VERSION: JSON.stringify(version) },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  chmodSync(join(root, 'dist/main.js'), 0o755);
  if (!process.argv.includes('--no-types'))
    execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
}

/** `npx balpm` in a checkout runs the checkout. */
function linkCommand() {
  const link = join(root, 'node_modules/.bin/balpm');
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/main.js', link);
}

if (ifPossible && !existsSync(join(root, 'node_modules/esbuild'))) process.exit(0);
await build();
linkCommand();
