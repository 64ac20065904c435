import { BalpmError } from '../base/errors.ts';
import type { PosteriorConfig } from './config.ts';
import { fillSettings } from './fill-settings.ts';
import { type HeadSettings, PAPER_SETTINGS } from './head-settings.ts';
import { openSettings } from './open-settings.ts';

/** Head and training of a run, which are settled before it begins. @throws BalpmError (internal) where they are not. */
export function settled(posterior: PosteriorConfig): HeadSettings {
  const [open] = openSettings(posterior);
  if (open !== undefined)
    throw new BalpmError('internal', `Cannot use posterior.${open}: it is open; call settleConfig() before`);
  const { head, training } = fillSettings(posterior, PAPER_SETTINGS);
  return { head, training };
}
