import { existsSync } from 'node:fs';
import {
  type CampaignStatus,
  describeUnit,
  type StateCounts,
  type UnitStatus,
} from '../../slurm/campaign/campaign-status.ts';
import type { UnitState } from '../../slurm/campaign/join-status.ts';
import { formatDuration } from '../terminal/render-progress.ts';
import { renderTable } from '../terminal/render-table.ts';
import { showPath } from '../terminal/show-path.ts';

/** Rows of a table, unless a terminal has room for fewer; `--json` lists all. */
const MOST_ROWS = 20;

/** Number of units per state, in one line: `12/40 done, 3 running, 25 pending`. */
export function renderCounts({ done = 0, ...others }: StateCounts): string {
  const numbers = Object.entries(others);
  const all = numbers.reduce((sum, [, count]) => sum + count, done);
  return [`${done}/${all} done`, ...numbers.map(([state, count]) => `${count} ${state}`)].join(', ');
}

/** The lines of `balpm slurm status`: the counts, and a table per state of units that are not done. */
export function renderStatus(status: CampaignStatus, mostRows = MOST_ROWS): string[] {
  const select = (...states: UnitState[]): string[] => section(status, states, mostRows);
  return [
    renderCounts(status.counts),
    ...problems(status),
    ...select('running'),
    ...select('pending', 'requeued', 'blocked'),
    ...select('lost'),
    ...select('paused'),
    ...select('failed'),
    ...advice(status.counts),
  ];
}

function problems({ survey, accounting }: CampaignStatus): string[] {
  return [
    ...(survey.queueProblem === null ? [] : [`the queue is unavailable: ${survey.queueProblem}`]),
    ...(accounting.problem === null ? [] : [`the accounting is unavailable: ${accounting.problem}`]),
  ];
}

function section(status: CampaignStatus, states: readonly UnitState[], mostRows: number): string[] {
  const units = status.survey.units.filter(({ state }) => states.includes(state));
  if (units.length === 0) return [];
  const shown = units.slice(0, mostRows).map((unit) => describeUnit(status, unit));
  const more = units.length - shown.length;
  return ['', ...rows(shown), ...(more > 0 ? [`… and ${more} more (--json lists all)`] : [])];
}

function rows(units: readonly UnitStatus[]): string[] {
  switch (units[0]?.state) {
    case 'running':
      return renderTable(units.map(runningRow));
    case 'lost':
      return renderTable(units.map(lostRow));
    case 'paused':
      return renderTable(units.map(pausedRow));
    case 'failed':
      return units.flatMap(failedLines);
    default:
      return renderTable(units.map(waitingRow));
  }
}

const runningRow = ({ unit, job, node, attempts, quietSeconds }: UnitStatus) => ({
  running: unit,
  job: job ?? '?',
  node: node ?? '?',
  attempt: attempts,
  'last event': quietSeconds === null ? '?' : `${formatDuration(quietSeconds)} ago`,
});

const waitingRow = ({ unit, state, job, reason }: UnitStatus) => ({
  waiting: unit,
  state,
  job: job ?? '?',
  reason: reason === null || reason === 'None' ? '' : reason,
});

const lostRow = ({ unit, job, attempts, accounting, log }: UnitStatus) => ({
  lost: unit,
  job: job ?? '?',
  attempt: attempts,
  ended: accounting === null ? '?' : `${accounting.state} ${accounting.exitCode}`,
  log: log !== null && existsSync(log) ? showPath(log) : 'none',
});

const pausedRow = ({ unit, job, attempts, message }: UnitStatus) => ({
  paused: unit,
  job: job ?? '?',
  attempt: attempts,
  why: message ?? '?',
});

const failedLines = ({ unit, message, log }: UnitStatus): string[] => [
  `${unit}  failed: ${message ?? '?'}`,
  ...(log !== null && existsSync(log) ? [`    log ${showPath(log)}`] : []),
];

/** Next steps for the user. */
function advice(counts: StateCounts): string[] {
  const rest = (['missing', 'lost', 'paused', 'blocked'] as const).filter((state) => counts[state] !== undefined);
  const lines = [
    ...(counts.settling === undefined
      ? []
      : ['settling: the job has ended, but the disk may not show its files yet; wait a little']),
    ...(rest.length === 0 ? [] : [`${rest.join(', ')}: run the same \`balpm slurm submit\` again`]),
    ...(counts.failed === undefined ? [] : ['failed: fix the cause, then `balpm slurm submit … --only failed`']),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}
