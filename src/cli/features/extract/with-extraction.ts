import type { ExtractionOptions } from '../../../features/extraction/extract-features.ts';
import type { ExtractionSettings } from '../../../features/extraction/extraction-settings.ts';
import { resolvePython } from '../../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../../command.ts';
import { createExtractProgress } from '../extract-progress.ts';
import type { ExtractFlags } from './extract-fields.ts';
import { createProgressFile } from './progress-file.ts';
import { renderEmbedding } from './render-embedding.ts';

/** Runs an extraction on the devices of the flags; its progress goes to the terminal, and to a file where one is given. */
export async function withExtraction<Result>(
  settings: ExtractionSettings,
  flags: ExtractFlags,
  io: CommandIo,
  work: (options: ExtractionOptions) => Promise<Result>,
): Promise<Result> {
  const shown = [createProgressFile(flags.progressFile), createExtractProgress(io.note, renderEmbedding)];
  try {
    return await work({
      settings,
      python: resolvePython(flags.python),
      devices: flags.devices ?? [flags.device],
      threads: flags.threads,
      signal: io.signal,
      onProgress: (progress) => {
        for (const { observe } of shown) observe(progress);
      },
    });
  } finally {
    for (const { close } of shown) close();
  }
}
