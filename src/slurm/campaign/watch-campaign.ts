import { setTimeout as sleep } from 'node:timers/promises';
import { BalpmError } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import type { Campaign } from './campaign.ts';
import { type CampaignStatus, isToCome, readCampaignStatus } from './campaign-status.ts';

/** Shortest time between two queries of the scheduler, which serves all users. */
const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 180;

interface Watch {
  readonly signal: AbortSignal;
  /** Receives every status, with the seconds until the next. */
  readonly observe: (status: CampaignStatus, nextSeconds: number) => void;
  /** Waits for a number of seconds, or until `signal` aborts. */
  readonly pause?: (seconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Reads the status every 30 s, and less often, down to every 180 s, while nothing changes, until no unit is pending or
 * running. Returns the last status. @throws BalpmError (stopped) when the signal aborts; jobs are not affected.
 */
export async function watchCampaign(
  campaign: Campaign,
  { signal, observe, pause = pauseSeconds }: Watch,
): Promise<CampaignStatus> {
  let before = '';
  let seconds = SHORTEST_SECONDS;
  for (;;) {
    const status = await readCampaignStatus(campaign, signal).catch((error: unknown) => {
      throw signal.aborted ? stopped(campaign) : error;
    });
    if (!isToCome(status.counts)) return status;
    const now = status.survey.units.map(({ state }) => state).join();
    seconds = now === before ? Math.min(LONGEST_SECONDS, seconds * 1.5) : SHORTEST_SECONDS;
    before = now;
    observe(status, seconds);
    await pause(seconds, signal);
    if (signal.aborted) throw stopped(campaign);
  }
}

const pauseSeconds = (seconds: number, signal: AbortSignal): Promise<unknown> =>
  sleep(1000 * seconds, undefined, { signal }).catch(() => undefined);

const stopped = ({ paths }: Campaign): BalpmError =>
  new BalpmError(
    'stopped',
    `Cannot watch ${quotePath(paths.root)} any longer: stopped, as requested; its jobs continue, see \`balpm slurm status\``,
  );
