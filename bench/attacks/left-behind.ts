import { setTimeout } from 'node:timers/promises';
import { openStream } from '../../src/random/stream.ts';
import { strike, VICTIMS, type Victim } from '../../test/support/processes.ts';
import type { Attack, AttackSource } from './attack.ts';
import {
  type Bench,
  leftBehind,
  openBench,
  openLab,
  resultOf,
  start,
  undisturbed,
  type WritingCommand,
} from './lab.ts';

/** Kills of each victim within the time that a command takes. */
const KILLS = { slow: 1, quick: 2 };

/** Every command, killed at a random instant and run again: the same result, and nothing left. */
export const leftBehindByKills: AttackSource = {
  name: 'left behind',
  attacks: async () => {
    const { commands } = await openLab();
    return commands.flatMap((command) => [
      ...VICTIMS.flatMap((victim) =>
        Array.from({ length: command.isSlow ? KILLS.slow : KILLS.quick }, (_, index) => killed(command, victim, index)),
      ),
      twice(command),
    ]);
  },
};

function killed(command: WritingCommand, victim: Victim, index: number): Attack {
  const share = openStream(['left-behind', command.name, victim, index]).uniform();
  return {
    name: `${command.name}: ${victim} killed at ${(share * 100).toFixed(0)} %`,
    run: async (folder) => {
      const { wallMs } = await undisturbed(command);
      const bench = openBench(folder);
      const run = start(command, bench);
      await setTimeout(share * wallMs);
      strike(victim, run.pid as number);
      await run;
      return again(command, bench);
    },
  };
}

/** Two of the same at once: one works or both do, and nothing is left. */
function twice(command: WritingCommand): Attack {
  return {
    name: `${command.name}: two at once`,
    run: async (folder) => {
      const bench = openBench(folder);
      const both = await Promise.all([start(command, bench), start(command, bench)]);
      if (!both.some(({ exitCode }) => exitCode === 0))
        return `neither: ${both.map(({ stderr }) => stderr).join(' | ')}`;
      const wrong = both.find(({ exitCode }) => exitCode === undefined || exitCode === 1);
      if (wrong !== undefined) return `status ${wrong.exitCode}: ${wrong.stderr}`;
      return resultOf(command, bench) === (await undisturbed(command)).result ? leftOf(bench) : 'another result';
    },
  };
}

/** The same command works, or finds its result there. */
async function again(command: WritingCommand, bench: Bench): Promise<string | undefined> {
  const { result } = await undisturbed(command);
  const wasMade = resultOf(command, bench) === result;
  const { exitCode, stderr } = await start(command, bench);
  const isThere = wasMade && exitCode === 2 && /it (?:already )?exists/.test(stderr);
  if (exitCode !== 0 && !isThere) return `then status ${exitCode}: ${stderr}`;
  if (resultOf(command, bench) !== result) return 'then another result';
  return leftOf(bench);
}

function leftOf(bench: Bench): string | undefined {
  const left = leftBehind(bench);
  return left.length > 0 ? `left ${left.join(', ')}` : undefined;
}
