import { messageOf, usageError } from '../../../base/errors.ts';
import { formatCount } from '../../../base/text/format-count.ts';
import { parseJson } from '../../../base/text/parse-json.ts';
import { isPlainObject, type PlainObject } from '../../../base/yaml/plain.ts';
import { type Embedding, embedFeatures } from '../../../features/embed-features.ts';
import { resolvePython } from '../../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../../command.ts';
import { examineStores } from '../examine-stores.ts';
import { createExtractProgress } from '../extract-progress.ts';
import type { ExtractFlags } from './extract-fields.ts';

/** Flags of `balpm features extract --embed`. */
interface EmbedFlags extends ExtractFlags {
  readonly embed: string;
}

/** Extracts features with a function of the user's and prints what came of it. */
export async function extractByFunction(dataset: string, flags: EmbedFlags, io: CommandIo): Promise<void> {
  const { counts, manifest } = await embed(dataset, flags, io);
  const { prompts, responses, dimension, wallSeconds } = counts;
  io.note(
    `${formatCount(prompts)} prompts and ${formatCount(responses)} responses, ${formatCount(dimension)} features each, in ${wallSeconds.toFixed(1)} s`,
  );
  if (manifest.stats['way'] === 'singles')
    io.note('note: the function was called with one text at a time; texts of one batch change each other’s features');
  const python = resolvePython(flags.python);
  const pages = flags.quality ? await examineStores([flags.out], { dataset, python }, io) : [];
  if (flags.json) io.printDocument({ store: flags.out, ...counts, source: manifest.source, pages });
  else io.print(flags.out);
}

async function embed(dataset: string, flags: EmbedFlags, io: CommandIo): Promise<Embedding> {
  const { out, promptTemplate, responseTemplate, storeDtype } = flags;
  const options = parseOptions(flags.embedOptions ?? '{}');
  const progress = createExtractProgress(io.note);
  try {
    return await embedFeatures({
      embed: flags.embed,
      settings: { dataset, out, options, promptTemplate, responseTemplate, storeDtype },
      python: resolvePython(flags.python),
      device: flags.device,
      threads: flags.threads,
      signal: io.signal,
      onProgress: progress.observe,
    });
  } finally {
    progress.close();
  }
}

/** @throws BalpmError (usage) for anything but a JSON object. */
function parseOptions(text: string): PlainObject {
  const wrong = (found: string) =>
    usageError(`Cannot use --embed-options '${text}': ${found}, a JSON object is needed`);
  let options: unknown;
  try {
    options = parseJson(text);
  } catch (error) {
    throw wrong(messageOf(error));
  }
  if (!isPlainObject(options)) throw wrong('it is none');
  return options;
}
