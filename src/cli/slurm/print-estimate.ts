import { formatMib } from '../../base/text/format-mib.ts';
import type { CellEstimate } from '../../experiment/cost/estimate-cells.ts';
import type { CampaignEstimate } from '../../slurm/campaign/estimate-campaign.ts';
import type { CommandIo } from '../command.ts';
import { formatDuration } from '../terminal/render-progress.ts';

type Known = Exclude<CellEstimate, { unknown: string }>;

/** Prints hours, memory and disk per cell and in total, and the basis of these figures. */
export function printEstimate({ cells, basis }: CampaignEstimate, io: CommandIo): void {
  const known = cells.flatMap((cell) => ('unknown' in cell ? [] : [cell]));
  const unknown = cells.find((cell) => 'unknown' in cell);
  if (unknown !== undefined) io.print(`# cost: unknown for ${cells.length - known.length} cells: ${unknown.unknown}`);
  if (known.length === 0) return;
  const seconds = known.map((cell) => cell.seconds);
  io.print(
    `# cost per cell: at most about ${range(seconds, formatDuration)} (the longest round ${range(
      known.map((cell) => cell.secondsPerRound),
      formatDuration,
    )}), memory ${spanOf(known, 'memoryMiB')}, disk ${spanOf(known, 'diskMiB')}`,
  );
  const hours = seconds.reduce((sum, one) => sum + one, 0) / 3600;
  const disk = known.reduce((sum, { diskMiB }) => sum + diskMiB, 0);
  io.print(
    `# cost of all ${known.length}: at most about ${hours < 10 ? hours.toPrecision(2) : Math.round(hours)} h of jobs, disk ${formatMib(disk)}`,
  );
  io.print(`# by ${basis}`);
}

const spanOf = (cells: readonly Known[], key: 'memoryMiB' | 'diskMiB'): string =>
  range(
    cells.map((cell) => cell[key]),
    formatMib,
  );

function range(values: readonly number[], format: (value: number) => string): string {
  const [least, most] = values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, 0],
  );
  return format(least) === format(most) ? format(most) : `${format(least)} to ${format(most)}`;
}
