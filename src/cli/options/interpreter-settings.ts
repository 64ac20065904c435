import { z } from 'zod';
import { setting } from '../../protocol/setting.ts';

/** Settings of every command that calls Python here: the interpreter, and how the result is printed. */
export const interpreterSettings = {
  python: setting(z.string().nullable(), 'interpreter', {
    value: '<path>',
    usual: 'BALPM_PYTHON, else that of balpm setup, else python3',
  }),
  json: setting(z.boolean(), 'print one JSON document'),
};
