import type { ProgressNote } from '../../../worker/client.ts';
import { formatDuration, renderBar } from '../../terminal/render-progress.ts';

/** One line: pairs done of all, tokens a second, share of the device's peak where it is known, time left, and more. */
export function renderEmbedding({ done, total, metrics, note }: ProgressNote): string {
  const { tokensPerSecond, secondsLeft, peakShare, truncations, memoryMib, partsDone, parts } = metrics;
  if (!total || !tokensPerSecond) return `${note ?? 'working'} …`;
  const told = [
    `${note} ${renderBar(Math.floor(done), total)} pairs`,
    `${count(tokensPerSecond)} tokens/s`,
    ...(peakShare == null ? [] : [`${(100 * peakShare).toFixed(0)} % of peak`]),
    ...(secondsLeft == null ? [] : [`${formatDuration(secondsLeft)} left`]),
    `part ${count((partsDone ?? 0) + (done < total ? 1 : 0))}/${count(parts ?? 0)}`,
    ...(truncations ? [`${count(truncations)} texts cut`] : []),
    ...(memoryMib ? [`${count(memoryMib)} MiB`] : []),
  ];
  return told.join('  ');
}

const count = (value: number): string => Math.round(value).toLocaleString('en-US');
