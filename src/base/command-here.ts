import { findInstallation } from './installation.ts';

/** Commands that a checkout also has as npm scripts, which build first. */
const SCRIPTS: ReadonlySet<string> = new Set(['setup', 'quickstart']);

/** A balpm command as it is typed where this balpm is installed, such as `npx balpm setup`. */
export function commandHere(words: string, { kind } = findInstallation()): string {
  switch (kind) {
    case 'checkout':
      return SCRIPTS.has(words) ? `npm run ${words}` : `npx balpm ${words}`;
    case 'project':
      return `npx balpm ${words}`;
    case 'global':
    case 'copy':
      return `balpm ${words}`;
  }
}
