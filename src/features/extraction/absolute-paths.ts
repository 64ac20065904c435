import { resolve } from 'node:path';
import { directoryOrId } from '../directory-or-id.ts';
import type { ExtractionSettings } from './extraction-settings.ts';

/** The settings with absolute paths, for processes that begin elsewhere; hub ids stay. */
export const withAbsolutePaths = (settings: ExtractionSettings): ExtractionSettings => ({
  ...settings,
  dataset: resolve(settings.dataset),
  model: directoryOrId(settings.model),
  adapter: settings.adapter === null ? null : directoryOrId(settings.adapter),
  promptTexts: settings.promptTexts === null ? null : resolve(settings.promptTexts),
  out: resolve(settings.out),
  columns: settings.columns === null ? null : resolve(settings.columns),
});
