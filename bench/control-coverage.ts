/**
 * How often the estimates by control cover their truth, and what they are worth, in worlds where the policy is random, better
 * and worse than random. `npx tsx bench/control-coverage.ts [runs=2000]`
 */
import { CONTROL_WORLDS } from '../test/evaluation/control/oracles/control-worlds.ts';
import { type SimulatedControl, simulateControl } from '../test/evaluation/control/oracles/simulated-control.ts';

const runs = Number(process.argv[2] ?? 2000);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (found: readonly boolean[]): string => `${(100 * mean(found.map(Number))).toFixed(1)} %`;

function row(found: readonly SimulatedControl[]): string[] {
  const bias = mean(found.map(({ value, truth }) => value - truth));
  const spread = Math.sqrt(mean(found.map(({ value, truth }) => (value - truth) ** 2)) / found.length);
  return [
    `truth ${mean(found.map(({ truth }) => truth)).toFixed(4)}`,
    `bias ${bias.toFixed(4)} (± ${(1.96 * spread).toFixed(4)})`,
    `one look ${percent(found.map(({ isCovered }) => isCovered))}`,
    `width ${mean(found.map(({ width }) => width)).toFixed(3)}`,
    `proven for all looks ${percent(found.map(({ isExactlyCovered }) => isExactlyCovered))}`,
    `width ${mean(found.map(({ exactWidth }) => exactWidth)).toFixed(3)}`,
  ];
}

for (const world of CONTROL_WORLDS) {
  const found = Array.from({ length: runs }, (_, seed) => simulateControl(world, seed));
  const advantages = found.map(({ advantage }) => advantage);
  const all = [
    `all looks ${percent(advantages.map(({ isAlwaysCovered }) => isAlwaysCovered))}`,
    `width ${mean(advantages.map(({ anytimeWidth }) => anytimeWidth)).toFixed(3)}`,
  ];
  console.log(`${world.name}, ${world.rounds} rounds, ${world.control} of ${world.batch} for control, ${runs} runs`);
  console.log(`  advantage   ${[...row(advantages), ...all].join('  ')}`);
  console.log(`  likelihood  ${row(found.map(({ level }) => level)).join('  ')}`);
}
