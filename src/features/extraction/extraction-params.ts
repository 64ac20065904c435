import type { z } from 'zod';
import type { featuresExtract } from '../../protocol/operations/features-extract.ts';
import { withAbsolutePaths } from './absolute-paths.ts';
import type { ExtractionSettings } from './extraction-settings.ts';

type Params = z.input<typeof featuresExtract.params>;

/** Which of the parts one process makes, on what, and where they go. */
export type ExtractionPart = Pick<Params, 'work' | 'shard' | 'share' | 'device'>;

/** The parameters of features.extract for one process. */
export function extractionParams(settings: ExtractionSettings, part: ExtractionPart): Params {
  const { out: _out, columns: _columns, ...asked } = withAbsolutePaths(settings);
  return { ...asked, ...part };
}
