import { uniqueRatios } from '../../evaluation/metrics/unique-ratios.ts';
import type { BatchRecord, RoundRecord, RunRecord } from '../../evaluation/run-record.ts';
import { renderTable } from '../terminal/render-table.ts';
import { renderControl } from './render-control.ts';
import { renderDiagnostics } from './render-diagnostics.ts';
import { summariseRecord } from './summarise-record.ts';

/** A run as text: how it stands, its rounds, its batches, the terms of the last batch, and what uncertainty tells. */
export function renderRun(record: RunRecord): string[] {
  const { id, path, status, policy, seed, rounds, labels, digest } = summariseRecord(record);
  const head = [
    `${id}  ${status}`,
    `  path    ${path}`,
    `  policy  ${policy}, seed ${seed}`,
    `  rounds  ${rounds}, ${labels} labels`,
    `  digest  ${digest}`,
  ];
  const last = record.rounds.findLast(({ batch }) => batch !== null);
  const tables = [
    renderTable(record.rounds.map(roundRow)),
    last ? renderSpreads(last) : [],
    ...renderDiagnostics(record.diagnostics ?? []),
    renderControl(record.control ?? null),
  ];
  return [head, ...tables.filter((table) => table.some((line) => line !== ''))].flatMap((lines, index) =>
    index === 0 ? lines : ['', ...lines],
  );
}

function roundRow({ round, labels, splits, covariateShare, batch }: RoundRecord): Record<string, string | number> {
  const metrics = Object.entries(splits).flatMap(([name, { logLikelihood, accuracy }]) => [
    [`${name} loglik`, logLikelihood.toFixed(4)],
    [`${name} acc`, accuracy.toFixed(3)],
  ]);
  return {
    round: round + 1,
    labels,
    ...Object.fromEntries(metrics),
    ...(covariateShare !== undefined && { 'by form': covariateShare.toFixed(2) }),
    'next batch prompts': batch ? `${batch.uniquePrompts}/${batch.size}` : '',
    ratio: batch ? uniqueRatios(batch, labels).uniqueRatio.toFixed(3) : '',
    'ratio so far': batch ? uniqueRatios(batch, labels).uniqueRatioSoFar.toFixed(3) : '',
  };
}

/** The statistics of the last batch; nothing for a policy that records neither scores nor terms. */
function renderSpreads({ round, batch }: RoundRecord): string[] {
  const rows = Object.entries((batch as BatchRecord).statistics).map(([term, spread]) => ({
    [`batch of round ${round + 1}`]: term,
    ...Object.fromEntries(Object.entries(spread).map(([name, value]) => [name, shorten(value as number)])),
  }));
  return rows.length === 0 ? [] : renderTable(rows);
}

const shorten = (value: number): string => value.toPrecision(4);
