import type { CampaignStatus } from '../../slurm/campaign/campaign-status.ts';
import type { CommandIo } from '../command.ts';
import { createLiveBlock } from '../terminal/live-block.ts';
import { formatDuration } from '../terminal/render-progress.ts';
import { renderCounts, renderStatus } from './render-status.ts';

/** Seconds between two lines without a terminal. */
const LINE_SECONDS = 60;

/** Shows the progress of a watched campaign: a block that is redrawn on a terminal, one line per minute elsewhere. */
export interface StatusProgress {
  readonly observe: (status: CampaignStatus, nextSeconds: number) => void;
  readonly close: () => void;
}

/** Progress on stderr; on a terminal it is erased at the end. */
export function createStatusProgress(io: Pick<CommandIo, 'note'>): StatusProgress {
  const live = createLiveBlock();
  let lineAt = Number.NEGATIVE_INFINITY;
  return {
    observe: (status, nextSeconds) => {
      const time = new Date().toTimeString().slice(0, 8);
      if (live) {
        const [counts = '', ...others] = renderStatus(status, rowsThatFit(live.rows()));
        return live.draw([`${counts}  (${time}, next in ${formatDuration(nextSeconds)})`, ...others]);
      }
      if (performance.now() - lineAt < 1000 * LINE_SECONDS) return;
      lineAt = performance.now();
      io.note(`${time} ${renderCounts(status.counts)}`);
    },
    close: () => {
      live?.clear();
      live?.done();
    },
  };
}

/** Four tables, with two lines per row in one of them, and the lines around them. */
const rowsThatFit = (lines: number): number => Math.max(2, Math.min(20, Math.floor((lines - 16) / 5)));
