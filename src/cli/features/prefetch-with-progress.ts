import { formatBytes } from '../../base/text/format-bytes.ts';
import { formatCounted } from '../../base/text/format-count.ts';
import {
  type PrefetchedModel,
  type PrefetchedSource,
  type PrefetchOptions,
  prefetchModel,
} from '../../features/prefetch-model.ts';
import type { CommandIo } from '../command.ts';
import { createExtractProgress } from './extract-progress.ts';

/** Brings a model into the cache, and says before how much there is to fetch, then how far it is. */
export async function prefetchAndTell(
  settings: PrefetchOptions['settings'],
  python: string,
  io: Pick<CommandIo, 'note' | 'signal'>,
): Promise<PrefetchedModel> {
  const progress = createExtractProgress(io.note);
  try {
    return await prefetchModel({
      settings,
      python,
      signal: io.signal,
      onProgress: progress.observe,
      onMissing: (sources) => sources.map(describeMissing).forEach(io.note),
    });
  } finally {
    progress.close();
  }
}

function describeMissing({ kind, name, missing }: PrefetchedSource): string {
  if (missing === null) return `${kind} ${name}: the hub cannot be asked, the cache is looked at`;
  if (missing.files === 0) return `${kind} ${name}: nothing to fetch`;
  return `${kind} ${name}: ${formatBytes(missing.bytes)} in ${formatCounted(missing.files, 'file')} to fetch`;
}
