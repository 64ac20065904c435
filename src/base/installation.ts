import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { PACKAGE_ROOT } from './package-info.ts';

/** How this balpm came here, and so where its Python environment belongs and what its commands are called. */
export interface Installation {
  /** A clone with its tools; a package below the node_modules of a project; one below no project (`npm i -g`); a bare copy. */
  readonly kind: 'checkout' | 'project' | 'global' | 'copy';
  /** Directory of the Python environment that `balpm setup` makes and every command looks for. */
  readonly environment: string;
}

/** Finds out from the package's own place; working directory and configuration play no part. */
export function findInstallation(packageRoot: string = PACKAGE_ROOT): Installation {
  const parts = packageRoot.split(sep);
  const depth = parts.indexOf('node_modules');
  if (depth === -1) {
    const kind = existsSync(join(packageRoot, 'tools', 'setup.mjs')) ? 'checkout' : 'copy';
    return { kind, environment: join(packageRoot, '.venv') };
  }
  const project = parts.slice(0, depth).join(sep);
  return existsSync(join(project, 'package.json'))
    ? { kind: 'project', environment: join(project, '.venv') }
    : { kind: 'global', environment: join(dataHome(), 'balpm', 'venv') };
}

/** Where a user's programs keep what they made (XDG base directories). */
const dataHome = (): string => process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share');
