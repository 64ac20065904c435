import type { Command } from 'commander';

/** A `preAction` hook that refuses to go on without these; unlike requiredOption(), misspelt options are told first. */
export const requireOptions =
  (...flags: readonly string[]) =>
  (_hooked: Command, called: Command): void => {
    const missing = called.options.find(
      (option) => flags.includes(option.flags) && called.getOptionValue(option.attributeName()) === undefined,
    );
    if (missing === undefined) return;
    const code = 'commander.missingMandatoryOptionValue';
    called.error(`error: required option '${missing.flags}' not specified`, { code });
  };
