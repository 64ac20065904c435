import { expect, test } from 'vitest';
import { commandHere } from '../../src/base/command-here.ts';

test.each([
  ['checkout', 'setup', 'npm run setup'],
  ['checkout', 'doctor', 'npx balpm doctor'],
  ['project', 'setup', 'npx balpm setup'],
  ['global', 'setup', 'balpm setup'],
  ['copy', 'quickstart', 'balpm quickstart'],
] as const)('commandHere() of a %s names %s as %s', (kind, words, command) => {
  expect(commandHere(words, { kind, environment: '' })).toBe(command);
});
