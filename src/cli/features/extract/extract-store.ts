import { type Extraction, extractFeatures } from '../../../features/extraction/extract-features.ts';
import type { ExtractionSettings } from '../../../features/extraction/extraction-settings.ts';
import { prepareCut } from '../../../features/extraction/reference-cut.ts';
import { resolvePython } from '../../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../../command.ts';
import { examineStores } from '../examine-stores.ts';
import { describeMerge, mergeDocument, storesOf } from '../summarise-merge.ts';
import { describeParts } from './describe-parts.ts';
import type { ExtractFlags } from './extract-fields.ts';
import { withExtraction } from './with-extraction.ts';

/** Makes the store of a whole dataset and prints what came of it. */
export async function makeStore(settings: ExtractionSettings, flags: ExtractFlags, io: CommandIo): Promise<void> {
  const { place, ...extraction } = await extract(settings, flags, io);
  // The length of a dataset that was cut before is its own.
  const isOwn = place.dataset === settings.dataset && place.maxTokens !== null;
  if (flags.maxTokens === null && !isOwn) io.note(describeLimit(extraction));
  describeParts(extraction.made).forEach(io.note);
  describeMerge(extraction).forEach(io.note);
  const python = resolvePython(flags.python);
  const pages = flags.quality ? await examineStores(storesOf(extraction), { dataset: place.dataset, python }, io) : [];
  const document = { ...extraction.made, ...mergeDocument(place.out, extraction), dataset: place.dataset, pages };
  if (flags.json) io.printDocument(document);
  else io.print(flags.out);
}

/** What was made, and where: the dataset whose store it is, and the store. */
type Made = Extraction & { readonly place: Pick<ExtractionSettings, 'dataset' | 'out' | 'maxTokens'> };

const extract = (asked: ExtractionSettings, flags: ExtractFlags, io: CommandIo): Promise<Made> =>
  withExtraction(asked, flags, io, async (options) => {
    const settings = await prepareCut(options);
    return { ...(await extractFeatures({ ...options, settings })), place: settings };
  });

const describeLimit = ({ made }: Extraction): string =>
  `texts are cut at ${made.maxTokens} tokens, the default (512, or the model's limit if smaller)`;
