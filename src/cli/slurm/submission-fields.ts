import { setting } from '../../protocol/setting.ts';
import { extractionFields } from '../features/extract/extraction-fields.ts';
import { machineSettings } from '../options/machine-settings.ts';

/** The settings of an extraction by jobs; a job has other cores than this machine. */
export const submissionFields = {
  ...extractionFields(),
  threads: setting(machineSettings.threads.nullable(), 'CPU threads of a shard', {
    value: '<n>',
    usual: 'the cores of its job',
  }),
};
