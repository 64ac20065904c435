import { BalpmError } from '../base/errors.ts';
import type { HeadSettings, PosteriorConfig } from './config.ts';

/** Head and training of a run, which are settled before it begins. @throws BalpmError (internal) where they are not. */
export function settled({ head, training }: PosteriorConfig): HeadSettings {
  if (head !== null && training !== null) return { head, training };
  throw new BalpmError(
    'internal',
    'Cannot use posterior.head and posterior.training: they are not settled, settleConfig() before is needed',
  );
}
