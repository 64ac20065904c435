import type { ProgressNote } from '../../worker/client.ts';
import { createLiveBlock } from '../terminal/live-block.ts';
import { formatDuration, renderBar } from '../terminal/render-progress.ts';

/** Seconds between two lines where the line cannot be redrawn. */
const LINE_SECONDS = 60;

/** Shows how an extraction goes. */
export interface ExtractProgress {
  readonly observe: (progress: ProgressNote) => void;
  readonly close: () => void;
}

/** Progress on stderr: one line that is redrawn on a terminal; elsewhere a line a phase, and one a minute. */
export function createExtractProgress(
  note: (line: string) => void,
  render: (progress: ProgressNote) => string = renderExtractProgress,
): ExtractProgress {
  const live = createLiveBlock();
  const isDue = createPace(() => performance.now() / 1000, LINE_SECONDS);
  return {
    observe: (progress) => {
      if (live) live.draw([render(progress)]);
      else if (isDue(progress.note)) note(render(progress));
    },
    close: () => live?.done(),
  };
}

/** One line: the phase, how far it is where that is known, and while texts are embedded how fast and how much longer. */
export function renderExtractProgress({ done, total, metrics, note }: ProgressNote): string {
  const unit = metrics['textsPerSecond'] === undefined ? 'tokens' : 'texts';
  const rate = metrics[`${unit}PerSecond`];
  if (total === null || !rate) return `${note ?? 'working'}${describeShare(done, total)} …`;
  const left = formatDuration((total - done) / rate);
  return `${note ?? ''} ${renderBar(done, total)} ${unit}  ${Math.round(rate).toLocaleString('en-US')}/s  ${left} left`;
}

const describeShare = (done: number, total: number | null): string =>
  total === null || done <= 0 || done >= total ? '' : ` ${Math.floor((100 * done) / total)} %`;

/** Whether to say something now: in a new phase, or when the last line is `pause` old. Both in seconds. */
export function createPace(clock: () => number, pause: number): (phase: string | null) => boolean {
  let last: { readonly phase: string | null; readonly second: number } | undefined;
  return (phase) => {
    const second = clock();
    if (last?.phase === phase && second - last.second < pause) return false;
    last = { phase, second };
    return true;
  };
}
