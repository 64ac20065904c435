import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { digestEvents } from '../../src/ledger/digest.ts';
import { readEvents } from '../../src/ledger/event-log.ts';
import { type HeldRun, prepareHeldRun, startOwner } from '../../test/support/held-run.ts';
import { NAMESPACES, type Namespace } from '../../test/support/namespaces.ts';
import type { Attack, AttackSource } from './attack.ts';

// Whole runs by the built command line: an owner that lives keeps its run from every other command and brings it to its
// end; the run of one that was killed is brought to the same end from other namespaces.

const PAIRS: readonly (readonly [Namespace, Namespace])[] = [
  ['container', 'plain'],
  ['plain', 'container'],
  ['container', 'container'],
  ['host', 'processes'],
  ['processes, /proc of outside', 'mounts'],
];
const STATES = ['lives', 'was killed'] as const;
type State = (typeof STATES)[number];

export const runsTakenOver: AttackSource = {
  name: 'runs taken over',
  attacks: async () =>
    PAIRS.flatMap(([owner, taker], index) =>
      STATES.map((state) => attackOf(owner, taker, state, index % 2 === 0 ? 'resume' : 'run')),
    ),
};

let whole: Promise<string> | undefined;

function attackOf(owner: Namespace, taker: Namespace, state: State, command: 'resume' | 'run'): Attack {
  return {
    name: `the owner of a run (${owner}) ${state}, balpm ${command} comes (${taker})`,
    run: async (folder) => {
      const expected = await (whole ??= digestOfWhole(folder));
      const run = prepareHeldRun(makeIn(folder, 'run'));
      const first = await startOwner(run, NAMESPACES[owner]);
      if (state === 'was killed') {
        first.signal('SIGKILL');
        run.letGo();
        await first.ended;
      }
      const { status, stderr } = await run.call(argsOf(run, command), NAMESPACES[taker]);
      const right = state === 'was killed' ? 0 : 2;
      if (status !== right) return `the taker ended with ${status}: ${stderr}`;
      if (state === 'lives' && !/process \d+ on \S+ holds it/.test(stderr)) return `the taker said: ${stderr}`;
      run.letGo();
      const ended = await first.ended;
      if (state === 'lives' && ended.status !== 0) return `the owner ended with ${ended.status}: ${ended.stderr}`;
      const left = readdirSync(run.root).filter((name) => /^LOCK|events-lost|\.tmp$/.test(name));
      if (left.length > 0) return `left behind: ${left.join(', ')}`;
      return digestOf(run) === expected ? undefined : 'it ended with another digest';
    },
  };
}

const argsOf = (run: HeldRun, command: 'resume' | 'run'): readonly string[] =>
  command === 'resume' ? ['resume', run.root, '--take-over'] : run.command;

async function digestOfWhole(folder: string): Promise<string> {
  const run = prepareHeldRun(makeIn(folder, 'whole'));
  const owner = await startOwner(run);
  run.letGo();
  const { status, stderr } = await owner.ended;
  if (status !== 0) throw new Error(stderr);
  return digestOf(run);
}

const digestOf = ({ events }: HeldRun): string => digestEvents(readEvents(events));

function makeIn(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}
