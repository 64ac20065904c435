import { extractShard } from '../../../features/extraction/extract-features.ts';
import type { ExtractionSettings } from '../../../features/extraction/extraction-settings.ts';
import { prepareCut } from '../../../features/extraction/reference-cut.ts';
import type { Shard } from '../../../protocol/operations/features-extract.ts';
import type { CommandIo } from '../../command.ts';
import { describeDoubled } from '../describe-doubled.ts';
import { describeParts } from './describe-parts.ts';
import type { ExtractFlags } from './extract-fields.ts';
import { withExtraction } from './with-extraction.ts';

/** Makes the parts of one shard and prints what came of it. */
export async function makeShard(
  asked: ExtractionSettings,
  flags: ExtractFlags & { readonly shard: Shard },
  io: CommandIo,
): Promise<void> {
  const { shard, out } = flags;
  const made = await withExtraction(asked, flags, io, async (options) =>
    extractShard({ ...options, settings: await prepareCut(options, shard) }, shard),
  );
  describeParts(made).forEach(io.note);
  describeDoubled(made.doubledTokens, 'extract').forEach(io.note);
  if (flags.json) io.printDocument({ folder: out, shard, ...made });
  else io.print(out);
}
