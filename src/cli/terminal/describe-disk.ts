import { formatMib } from '../../base/text/format-mib.ts';

/** Disk of one run or of several: their directories, what one of them takes while it works, and the stores they share. */
export interface Disk {
  readonly keptMiB: number;
  /** Null: unknown before the posterior is fitted. */
  readonly workMiB: number | null;
  readonly storeMiB: number;
}

/** `at most 1.2 MiB kept, 540 MiB more while a run works; 8.2 GiB of feature stores` */
export function describeDisk({ keptMiB, workMiB, storeMiB }: Disk): string {
  const work = workMiB === null ? 'its posteriors, of a size not known before,' : formatMib(workMiB);
  return `at most about ${formatMib(keptMiB)} kept, ${work} more while a run works; feature stores ${formatMib(storeMiB)}`;
}
