// What can be said of the code without running it: format, lint, types. (Generated files are compared by a test.)
import { spawnSync } from 'node:child_process';

const CHECKS = [
  ['npx', ['biome', 'ci', '.']],
  ['npx', ['oxlint', '--type-aware', '-c', '.oxlintrc.json', 'src', 'tools', 'test', 'bench']],
  ['npx', ['tsc', '-p', '.']],
];

const failed = CHECKS.filter(([command, args]) => spawnSync(command, args, { stdio: 'inherit' }).status !== 0);
process.exitCode = failed.length === 0 ? 0 : 1;
