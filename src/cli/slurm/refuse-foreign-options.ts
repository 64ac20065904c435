import type { Command } from 'commander';
import { usageError } from '../../base/errors.ts';

/** Attributes of options that only the cells of a sweep have, and of those that every submission has. */
const OF_CELLS = ['config', 'id', 'preset', 'rates'];
const OF_BOTH = ['profile', 'job', 'only', 'afterok', 'dryRun', 'check', 'wait', 'json'];

/** Cells are of a configuration, shards of a dataset. @throws BalpmError (usage) for options of the one beside the other. */
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
        ? `Cannot use ${foreign.long} with --extract: it belongs to the cells of a configuration; leave one of the two out`
        : `Cannot use ${foreign.long} without --extract: it belongs to an extraction; leave it out, or give --extract DATASET`,
    );
  const [key] = command.args;
  if (isExtraction && key !== undefined && !key.startsWith('-'))
    throw usageError(`Cannot use '${key}' with --extract: it is a key of a configuration; leave one of the two out`);
}
