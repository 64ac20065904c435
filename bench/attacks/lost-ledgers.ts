import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { readEvents } from '../../src/ledger/event-log.ts';
import { type HeldRun, prepareHeldRun, startOwner } from '../../test/support/held-run.ts';
import type { Attack, AttackSource } from './attack.ts';

// What happens to a run's files while the built command line works on it: it must end with an error that says what was
// found, never with status 0, and keep what it knew beside the ledger.

interface Harm {
  readonly name: string;
  readonly apply: (run: HeldRun) => void;
  readonly status: number;
  readonly found: RegExp;
}

const HARMS: readonly Harm[] = [
  { name: 'the ledger is deleted', apply: ({ events }) => rmSync(events), status: 4, found: /it was deleted/ },
  { name: 'the ledger is emptied', apply: ({ events }) => truncateSync(events), status: 4, found: /it has 0 bytes/ },
  { name: 'the ledger loses its last event', apply: dropLast, status: 4, found: /bytes, not the/ },
  {
    name: 'somebody adds to the ledger',
    apply: ({ events }) => appendFileSync(events, '\n'),
    status: 4,
    found: /bytes/,
  },
  { name: 'the ledger is replaced by a copy', apply: copyOver, status: 4, found: /another file took its place/ },
  { name: 'the ledger is moved away', apply: moveAway, status: 4, found: /it was deleted/ },
  { name: 'the ledger is a directory', apply: beDirectory, status: 4, found: /another file took its place/ },
  { name: 'a letter of its end is changed', apply: changeEnd, status: 4, found: /its end is not what was written/ },
  { name: 'the run is deleted', apply: ({ root }) => rmSync(root, { recursive: true }), status: 4, found: /deleted/ },
  {
    name: 'the run is moved away',
    apply: ({ root }) => renameSync(root, `${root}-moved`),
    status: 4,
    found: /deleted/,
  },
  { name: 'the run is replaced by a copy', apply: copyRun, status: 4, found: /another file took its place/ },
  { name: 'the lock is deleted', apply: ({ lock }) => rmSync(lock), status: 3, found: /its lock was deleted/ },
  { name: 'the lock is emptied', apply: ({ lock }) => truncateSync(lock), status: 3, found: /its lock was damaged/ },
  { name: 'the lock is another’s', apply: nameAnother, status: 3, found: /process 7 on b took it over/ },
];

export const lostLedgers: AttackSource = { name: 'lost ledgers', attacks: async () => HARMS.map(attackOf) };

function attackOf({ name, apply, status, found }: Harm): Attack {
  return {
    name,
    run: async (folder) => {
      const run = prepareHeldRun(folder);
      const owner = await startOwner(run);
      const before = readEvents(run.events).length;
      apply(run);
      run.letGo();
      const ended = await owner.ended;
      const said = ended.stderr.split('\n').filter((line) => line.startsWith('error:'));
      if (ended.status !== status || said.length !== 1) return `it ended with ${ended.status}: ${ended.stderr}`;
      if (!found.test(said[0] ?? '')) return `it said: ${said[0]}`;
      const kept = keptIn(folder);
      if (kept.length !== 1) return `${kept.length} files were kept`;
      const events = readEvents(kept[0] as string).length;
      return events === before + 1 ? undefined : `${events} events were kept, not ${before + 1}`;
    },
  };
}

const keptIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /events-lost-[^/]*\.jsonl$/.test(name))
    .map((name) => join(folder, name));

function dropLast({ events }: HeldRun): void {
  const lines = readFileSync(events, 'utf8').split('\n');
  writeFileSync(events, `${lines.slice(0, -2).join('\n')}\n`);
}

function copyOver({ events }: HeldRun): void {
  copyFileSync(events, `${events}.copy`);
  renameSync(`${events}.copy`, events);
}

function moveAway({ events, directory }: HeldRun): void {
  renameSync(events, join(directory, 'moved.jsonl'));
}

function beDirectory({ events }: HeldRun): void {
  rmSync(events);
  mkdirSync(events);
}

function changeEnd({ events }: HeldRun): void {
  const bytes = readFileSync(events);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
  writeFileSync(events, bytes);
}

function copyRun({ root }: HeldRun): void {
  renameSync(root, join(dirname(root), '..', 'moved'));
  cpSync(join(dirname(root), '..', 'moved'), root, { recursive: true });
}

function nameAnother({ lock }: HeldRun): void {
  writeFileSync(lock, JSON.stringify({ pid: 7, host: 'b', started: '1' }));
}
