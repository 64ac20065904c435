import type { Command } from 'commander';
import { usageError } from '../../base/errors.ts';

/** Attributes of options for the cells of a sweep only, and of those for every submission. */
const OF_CELLS = ['config', 'id', 'preset', 'rates'];
const OF_BOTH = ['profile', 'job', 'only', 'afterok', 'dryRun', 'check', 'wait', 'json'];

/** Rejects options of cells with --extract, and the reverse. @throws BalpmError (usage) naming the option. */
export function refuseForeignOptions(command: Command): void {
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  const isExtraction = command.getOptionValue('extract') !== undefined;
  const foreign = given.find((option) => {
    const name = option.attributeName();
    return !OF_BOTH.includes(name) && OF_CELLS.includes(name) === isExtraction;
  });
  if (foreign !== undefined)
    throw usageError(
      isExtraction
        ? `Cannot use ${foreign.long} with --extract: it applies to the cells of a configuration; omit one of the two`
        : `Cannot use ${foreign.long} without --extract: it applies to an extraction; omit it, or give --extract DATASET`,
    );
  const [key] = command.args;
  if (isExtraction && key !== undefined && !key.startsWith('-'))
    throw usageError(`Cannot use '${key}' with --extract: it is a key of a configuration; omit one of the two`);
}
