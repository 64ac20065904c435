import type { CostEstimate } from './estimate-cost.ts';
import { nameMachine } from './rates.ts';

/** What an estimate rests on: `a trial on this machine just now (1.5 ms per step, …)`. */
export function describeBasis({ trial, rates }: Extract<CostEstimate, { seconds: number }>): string {
  const figures = `${rate(trial.secondsPerStep)} per step, ${rate(1000 * trial.secondsPerAnswer)} per 1,000 answers`;
  return rates === null
    ? `a trial on this machine just now (${figures})`
    : `the rates of ${nameMachine(rates.machine)} of ${rates.date.slice(0, 10)} (${figures})`;
}

const rate = (seconds: number): string => (seconds < 1 ? `${twoDigits(1000 * seconds)} ms` : `${twoDigits(seconds)} s`);

const twoDigits = (value: number): string => (value < 10 ? value.toPrecision(2) : String(Math.round(value)));
