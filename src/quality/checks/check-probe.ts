import { formatEstimate } from '../../report/format-number.ts';
import type { Check, CheckState } from '../check.ts';
import { CHANCE, type ProbeVerdict } from '../probe/judge-probe.ts';
import type { ProbeResult } from '../probe/run-probe.ts';
import { type Skipped, sentenceOf } from '../skipped.ts';

const NAMED = { name: 'probe', title: 'Linear probe' } as const;

const STATE: Readonly<Record<ProbeVerdict, CheckState>> = { yes: 'ok', undecided: 'warn', no: 'fail' };

const SENTENCE: Readonly<Record<ProbeVerdict, string>> = {
  yes: 'Yes: the space carries the preference.',
  undecided: 'Undecided: whether the space carries the preference cannot be told.',
  no: 'No: a linear head finds no preference in this space.',
};

const ADVICE: Readonly<Record<ProbeVerdict, string>> = {
  yes: '',
  undecided: 'More labelled pairs of more prompts narrow the intervals (--train and --validation name other splits).',
  no: 'Active learning has nothing to learn here by a linear head. Check that labels belong to these pairs, then try another layer, pooling, template or model.',
};

/** Whether a linear reward head learns the preference. */
export function checkProbe(probe: ProbeResult | Skipped): Check {
  if ('skipped' in probe) return { ...NAMED, state: 'skipped', finding: sentenceOf(probe), advice: '' };
  const { validation, verdict } = probe;
  return {
    ...NAMED,
    state: STATE[verdict],
    finding: `${SENTENCE[verdict]} On ${validation.split}: log-likelihood ${formatEstimate(validation.logLikelihood)} nats (chance ${CHANCE.logLikelihood.toFixed(4)}), accuracy ${formatEstimate(validation.accuracy)} (chance ${CHANCE.accuracy}).`,
    advice: ADVICE[verdict],
  };
}
