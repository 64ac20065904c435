import { chmodSync, copyFileSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { createRunDirectory, type RunPaths } from '../../../src/ledger/run-directory.ts';
import { balpm } from '../../../test/support/balpm.ts';
import { writeTinyConfig } from '../../../test/support/tiny-config.ts';
import type { Attack, AttackSource } from '../attack.ts';
import { findRaw } from './find-raw.ts';

const ESCAPE = '\u001b]0;owned\u0007\u202e';

/** Settings that name code; `program` and `own.py` leave a file when they run. */
const CODE: Readonly<Record<string, (at: (name: string) => string) => readonly string[]>> = {
  'an interpreter': (at) => [`worker.python=${at('program')}`],
  'a program that labels': (at) => ['oracle.type=command', `oracle.command=${at('program')}`],
  'a program with control characters': (at) => [
    'oracle.type=command',
    `oracle.command=[${at('program')}, ${JSON.stringify(ESCAPE)}]`,
  ],
  'a class': (at) => ['posterior.type=external', `posterior.module=${at('own.py')}:Model`],
};

/** What stands where the mark of the run belongs. */
const MARKS: Readonly<Record<string, (theirs: RunPaths, mine: RunPaths) => void>> = {
  'the mark of its maker': () => undefined,
  'no mark': ({ trust }) => rmSync(trust),
  'an empty mark': ({ trust }) => writeFileSync(trust, ''),
  'a made-up mark': ({ trust }) => writeFileSync(trust, JSON.stringify({ schemaVersion: 1, mac: '0'.repeat(64) })),
  'the mark of a run of mine': ({ trust }, mine) => copyFileSync(mine.trust, trust),
  'a link to the mark of a run of mine': ({ trust }, mine) => {
    rmSync(trust);
    symlinkSync(mine.trust, trust);
  },
};

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  resume: ['resume', 'theirs'],
  explain: ['runs', 'explain', 'theirs', '--round', '1'],
  policies: ['runs', 'policies', 'theirs', '--round', '1'],
};

/** Makes a run directory as a user with a home of that name; the key is asked for before anything is awaited. */
function makeRun(folder: string, user: string, name: string, loaded: Awaited<ReturnType<typeof loadConfig>>) {
  const before = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = join(folder, `home of ${user}`);
  const made = createRunDirectory(join(folder, name), loaded);
  if (before === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = before;
  return made;
}

async function attackWith(folder: string, code: string, mark: string, command: string): Promise<string | undefined> {
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('program'), `#!/bin/sh\ntouch '${at('ran')}'\n`);
  chmodSync(at('program'), 0o755);
  writeFileSync(at('own.py'), `open(${JSON.stringify(at('ran'))}, "w")\n`);
  const config = writeTinyConfig(folder);
  const overrides = CODE[code]?.(at) ?? [];
  const theirs = await makeRun(folder, 'them', 'theirs', await loadConfig(config, overrides));
  const mine = await makeRun(folder, 'me', 'mine', await loadConfig(config, [...overrides, 'seed=3']));
  MARKS[mark]?.(theirs, mine);
  const { status, stderr } = await balpm(COMMANDS[command] ?? [], {
    cwd: folder,
    env: { XDG_STATE_HOME: at('home of me') },
  });
  if (existsSync(at('ran'))) return 'the code ran';
  if (status !== 2 || !/^error: Cannot run the code of .* give --trust$/.test(stderr))
    return `it ended with ${status}: ${stderr}`;
  return findRaw('stderr', stderr);
}

/** Run directories that name code and were made by somebody else, with every mark they could bring. */
export const runsOfOthers: AttackSource = {
  name: 'runs of others',
  attacks: async () =>
    Object.keys(COMMANDS).flatMap((command) =>
      Object.keys(CODE)
        .filter((code) => command === 'resume' || !code.includes('program'))
        .flatMap((code) =>
          Object.keys(MARKS).map(
            (mark): Attack => ({
              name: `${command} of a run with ${code} and ${mark}`,
              run: (folder) => attackWith(folder, code, mark, command),
            }),
          ),
        ),
    ),
};
