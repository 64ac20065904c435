import type { DrawnWorld } from './draw-figures.ts';

/** Which worlds have how many seeds, and which of `all` are not there, in a sentence each. */
export function describeRuns(drawn: readonly DrawnWorld[], all: readonly string[]): string {
  const there = drawn.map(({ world, arms }) => {
    const seeds = arms.map(({ runs }) => runs.length);
    const [least, most] = [Math.min(...seeds), Math.max(...seeds)];
    return `\`${world}\` (${arms.length} arms, ${least === most ? least : `${least} to ${most}`} seeds)`;
  });
  const absent = all.filter((name) => !drawn.some(({ world }) => world === name)).map((name) => `\`${name}\``);
  return `Runs: ${there.join(', ')}.${absent.length === 0 ? '' : ` Without runs: ${absent.join(', ')}.`}`;
}
