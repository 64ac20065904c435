import type { Bounds } from '../../evaluation/control/anytime-interval.ts';
import type { ControlEstimate } from '../../evaluation/control/control-estimate.ts';
import { formatSigned, formatValue } from '../../report/format-number.ts';

/** What the control slices of a run say, as lines; none without a control. */
export function renderControl(control: ControlEstimate | null): string[] {
  if (control === null) return [];
  const { logLikelihood, latest, advantage } = control;
  return [
    `control: log-likelihood of the remaining pool, mean over rounds, ${logLikelihood.items} items: ${formatValue(logLikelihood.value)}`,
    `  95 % for one look ${bounds(logLikelihood)}, proven for all looks ${bounds(logLikelihood.exact)}`,
    `  round ${latest.round} alone: ${formatValue(latest.value)} ${bounds(latest)}`,
    ...(advantage === null
      ? ['control: picks against random items: nothing before the second batch']
      : [
          `control: picks less random items, ${advantage.labels} labels each in the last round, ${advantage.items} items: ${formatSigned(advantage.value)} nats a pair`,
          `  95 % for one look ${bounds(advantage)}, for all looks ${bounds(advantage.anytime)}, proven ${bounds(advantage.exact)}`,
        ]),
  ];
}

const bounds = ({ low, high }: Bounds): string =>
  low === null || high === null ? '(too few items)' : `[${formatSigned(low)}, ${formatSigned(high)}]`;
