import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { setting } from '../../protocol/setting.ts';
import { MOST_THREADS } from '../../worker/most-threads.ts';
import { interpreterSettings } from './interpreter-settings.ts';

/** Settings of every command that computes in a worker here: its threads, its interpreter, and how the result is printed. */
export const machineSettings = {
  threads: setting(z.int().min(1).max(MOST_THREADS), 'CPU threads', {
    value: '<n>',
    unit: 'threads',
    default: availableParallelism(),
    usual: 'all cores',
  }),
  ...interpreterSettings,
};
