import { callSlurm } from './call-slurm.ts';

/** Settings of a cluster by their names in `scontrol show config`. */
export type SiteSettings = ReadonlyMap<string, string>;

/** Reads them from the controller. @throws BalpmError (environment) */
export async function readSiteSettings(signal?: AbortSignal): Promise<SiteSettings> {
  const { stdout } = await callSlurm('scontrol', ['show', 'config'], { act: "ask for the cluster's limits", signal });
  return parseSiteSettings(stdout);
}

/** Parses lines `Name = value`. */
export function parseSiteSettings(text: string): SiteSettings {
  const pairs = text.split('\n').flatMap((line) => {
    const match = /^(\w+)\s*=\s*(.*?)\s*$/.exec(line);
    return match === null ? [] : [[match[1] as string, match[2] as string] as const];
  });
  return new Map(pairs);
}

/** Slurm's own default: indices 0 to 1000. */
export const USUAL_ARRAY_LIMIT = 1001;

/** MaxArraySize: one more than the largest index of an array. */
export function arrayLimit(settings: SiteSettings): number {
  const limit = Number(settings.get('MaxArraySize'));
  return Number.isInteger(limit) && limit >= 1 ? limit : USUAL_ARRAY_LIMIT;
}
