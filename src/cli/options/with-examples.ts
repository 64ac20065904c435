import type { Command } from 'commander';

/** Puts examples in front of the help. */
export const withExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText('before', ['Examples:', ...examples.map((example) => `  ${example}`), ''].join('\n'));
