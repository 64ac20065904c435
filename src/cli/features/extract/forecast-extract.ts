import { existsSync } from 'node:fs';
import { formatBytes } from '../../../base/text/format-bytes.ts';
import { formatCount } from '../../../base/text/format-count.ts';
import { formatMib } from '../../../base/text/format-mib.ts';
import type { ExtractionSettings } from '../../../features/extraction/extraction-settings.ts';
import { type Forecast, forecastExtraction } from '../../../features/extraction/forecast-extraction.ts';
import { resolvePython } from '../../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../../command.ts';
import { formatDuration } from '../../terminal/render-progress.ts';
import { showPath } from '../../terminal/show-path.ts';
import { createExtractProgress } from '../extract-progress.ts';
import type { ExtractFlags } from './extract-fields.ts';

/** Prints what an extraction would take (`--dry-run`). */
export async function forecastExtract(settings: ExtractionSettings, flags: ExtractFlags, io: CommandIo): Promise<void> {
  if (existsSync(settings.out)) io.note(`'${showPath(settings.out)}' exists: this extraction would be refused`);
  const found = await forecast(settings, flags, io);
  const processes = flags.devices?.length ?? 1;
  if (flags.json) io.printDocument({ forecast: { ...found, processes, shard: flags.shard } });
  else io.printLines(render(found, flags, processes));
}

async function forecast(settings: ExtractionSettings, flags: ExtractFlags, io: CommandIo): Promise<Forecast> {
  const progress = createExtractProgress(io.note);
  try {
    return await forecastExtraction({
      settings,
      python: resolvePython(flags.python),
      device: flags.devices?.[0] ?? flags.device,
      threads: flags.threads,
      signal: io.signal,
      onProgress: progress.observe,
    });
  } finally {
    progress.close();
  }
}

function render(found: Forecast, flags: ExtractFlags, processes: number): string[] {
  const { prompts, responses, parts, device } = found;
  const shard = flags.shard === null ? '' : `, about ${Math.ceil(parts / flags.shard.count)} in this shard`;
  return [
    `extraction with ${flags.model}   (not started)`,
    `  texts    ${formatCount(prompts)} prompts and ${formatCount(responses)} answers`,
    ...renderTokens(found).map((line) => `  ${line}`),
    `  parts    ${formatCount(parts)} on ${device === 'cuda' ? 'a GPU' : 'a processor'}${shard}`,
    `  store    ${renderStore(found, flags)}`,
    `  weights  ${renderWeights(found, flags)}`,
    `  time     ${renderTime(found, processes, flags.shard?.count)}`,
  ];
}

function renderTokens({ prompts, responses, countedTexts, tokens, sharedTokens, maxTokens }: Forecast): string[] {
  const all = prompts + responses;
  const basis =
    countedTexts === all ? 'all texts were counted' : `by ${formatCount(countedTexts)} of ${formatCount(all)} texts`;
  return [
    `tokens   ${formatCount(sharedTokens)} with a prompt once for its answers, ${formatCount(tokens)} text by text`,
    `         ${basis}, with the model's own tokenizer, cut at ${formatCount(maxTokens)}`,
  ];
}

function renderStore({ storeBytes, dimension }: Forecast, { storeDtype, pooling, layer }: ExtractFlags): string {
  if (storeBytes === null) return "unknown: the model's configuration does not tell the width of a feature";
  const stores = pooling.length * layer.length;
  return `${formatBytes(storeBytes)}: ${dimension} numbers a text in ${storeDtype}${stores > 1 ? `, ${stores} stores` : ''}`;
}

function renderWeights({ parameters, parametersFrom, weightBytes, fetchBytes }: Forecast, flags: ExtractFlags): string {
  const kind = flags.quantisation ?? flags.dtype;
  const basis = parametersFrom === 'weights' ? 'the headers of the weights' : 'the configuration';
  const fetch = fetchBytes === null || fetchBytes === 0 ? '' : `; ${formatBytes(fetchBytes)} still to be fetched`;
  return `${formatBytes(weightBytes)} of memory: ${formatCount(parameters)} parameters in ${kind}, by ${basis}${fetch}`;
}

/** `shards`: of how many shards one was asked for. */
function renderTime({ trial, seconds, unmeasured }: Forecast, processes: number, shards = 1): string {
  if (trial === null || seconds === null) return `unmeasured: ${unmeasured ?? 'nothing was tried'}`;
  const rate = formatCount(Math.round(trial.tokens / trial.seconds));
  const shared = processes > 1 ? ` on ${processes} devices` : '';
  const part = shards > 1 ? `, of which this shard is about ${formatDuration(seconds / processes / shards)}` : '';
  return `about ${formatDuration(seconds / processes)}${shared}${part}, ${formatMib(trial.memoryMiB)} held, by a trial on this machine just now (${rate} tokens/s, way ${trial.way})`;
}
