import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { setting } from '../../protocol/setting.ts';
import { MOST_THREADS } from '../../worker/most-threads.ts';

/** Settings of every command that starts a worker here: its threads, its interpreter, and how the result is printed. */
export const machineSettings = {
  threads: setting(z.int().min(1).max(MOST_THREADS), 'CPU threads', {
    value: '<n>',
    unit: 'threads',
    default: availableParallelism(),
    usual: 'all cores',
  }),
  python: setting(z.string().nullable(), 'interpreter', {
    value: '<path>',
    usual: "BALPM_PYTHON, else the package's .venv, else python3",
  }),
  json: setting(z.boolean(), 'print one JSON document'),
};
