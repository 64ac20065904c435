import type { PosteriorConfig } from './config.ts';
import type { HeadSettings } from './head-settings.ts';

/** A posterior with every setting of head and training: its own, and from `base` what it leaves open. */
export function fillSettings(posterior: PosteriorConfig, base: HeadSettings): PosteriorConfig & HeadSettings {
  const given = Object.entries(posterior.training).filter(([, value]) => value !== null);
  return {
    ...posterior,
    head: posterior.head ?? base.head,
    training: { ...base.training, ...Object.fromEntries(given) },
  };
}
