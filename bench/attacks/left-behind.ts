import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openStream } from '../../src/random/stream.ts';
import { strike, VICTIMS, type Victim } from '../../test/support/processes.ts';
import type { Attack, AttackSource } from './attack.ts';
import { type Bench, leftBehind, openBench, openLab, resultOf, start, type WritingCommand } from './lab.ts';

/** Kills of each victim within the time that a command takes. */
const KILLS = 2;

/** Every command, killed at a random instant and run again: the same result, and nothing left. */
export const leftBehindByKills: AttackSource = {
  name: 'left behind',
  attacks: async () => {
    const { commands } = await openLab();
    return commands.flatMap((command) => [
      ...VICTIMS.flatMap((victim) => Array.from({ length: KILLS }, (_, index) => killed(command, victim, index))),
      twice(command),
    ]);
  },
};

function killed(command: WritingCommand, victim: Victim, index: number): Attack {
  const share = (index + openStream(['left-behind', command.name, victim, index]).uniform()) / KILLS;
  return {
    name: `${command.name}: ${victim} killed at ${(share * 100).toFixed(0)} %`,
    run: async (folder) => {
      const whole = openBench(join(folder, 'w'));
      const begun = performance.now();
      await start(command, whole);
      const wallMs = performance.now() - begun;
      const bench = openBench(folder);
      const run = start(command, bench);
      await setTimeout(share * wallMs);
      strike(victim, run.pid as number);
      await run;
      return again(command, bench, whole);
    },
  };
}

/** Two of the same at once: one works or both do, and nothing is left. */
function twice(command: WritingCommand): Attack {
  return {
    name: `${command.name}: two at once`,
    run: async (folder) => {
      const whole = openBench(join(folder, 'w'));
      await start(command, whole);
      const bench = openBench(folder);
      const both = await Promise.all([start(command, bench), start(command, bench)]);
      if (!both.some(({ exitCode }) => exitCode === 0)) return `neither: ${both.map(({ stderr }) => stderr).join(' | ')}`;
      const wrong = both.find(({ exitCode }) => exitCode === undefined || exitCode === 1);
      if (wrong !== undefined) return `status ${wrong.exitCode}: ${wrong.stderr}`;
      return resultOf(command, bench) === resultOf(command, whole) ? leftOf(bench) : 'another result';
    },
  };
}

/** The same command works, or finds its result there. */
async function again(command: WritingCommand, bench: Bench, whole: Bench): Promise<string | undefined> {
  const wasMade = resultOf(command, bench) === resultOf(command, whole);
  const { exitCode, stderr } = await start(command, bench);
  const isThere = wasMade && exitCode === 2 && stderr.includes('it already exists');
  if (exitCode !== 0 && !isThere) return `then status ${exitCode}: ${stderr}`;
  if (resultOf(command, bench) !== resultOf(command, whole)) return 'then another result';
  return leftOf(bench);
}

function leftOf(bench: Bench): string | undefined {
  const left = leftBehind(bench);
  return left.length > 0 ? `left ${left.join(', ')}` : undefined;
}
