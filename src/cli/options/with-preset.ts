import { type Command, Option } from 'commander';
import { PRESETS } from '../../config/presets.ts';

/** The flag of `withPreset`. */
export interface PresetFlags {
  readonly preset?: string;
}

/** Adds `--preset`. */
export const withPreset = (command: Command): Command =>
  command.addOption(
    new Option(
      '--preset <name>',
      'where the configuration says nothing, the method and training of: paper, BAL-PM as published; reference, its code',
    ).choices(PRESETS),
  );
