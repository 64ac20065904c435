import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listCommands } from '../../test/support/fuzz/list-commands.ts';
import { tryLine } from '../../test/support/fuzz/try-line.ts';
import { writeTinyConfig } from '../../test/support/tiny-config.ts';
import type { Attack, AttackSource } from './attack.ts';
import { wrongEnd } from './refused-by.ts';

const USAGE = { status: 2 };
/** An option may be good and another one missing: anything but a fault of ours. */
const NO_FAULT = { status: [0, 2, 3, 4, 5, 6, 75] };

const inProcess = (
  name: string,
  args: (folder: string) => readonly string[],
  expected: { readonly status: number | readonly number[]; readonly words?: RegExp },
): Attack => ({
  name,
  run: async (folder) => wrongEnd(await tryLine(args(folder)), expected),
});

/** `key=value` that no configuration may have. */
const overridden = (text: string, words: RegExp): Attack =>
  inProcess(`config check ${text.slice(0, 80)}`, (folder) => ['config', 'check', '-c', writeTinyConfig(folder), text], {
    ...USAGE,
    words,
  });

const cross = (keys: readonly string[], values: readonly string[]): string[] =>
  keys.flatMap((key) => values.map((value) => `${key}=${value}`));

const DURATIONS = ['worker.startTimeoutSeconds', 'posterior.stallSeconds'];
const NO_DURATION = ['2147484', '1e9', '1e400', '0', '-1', '.nan', '.inf', '"60"', '60s', '~', '[]'];
const COUNTS = [
  'rounds',
  'worker.threads',
  'posterior.members',
  'posterior.dropout.samples',
  'posterior.head.layers.0',
  'data.world.sizes.train',
  'data.world.prompts',
  'data.world.promptDimension',
  'acquisition.batch',
  'posterior.training.batch',
];
const NO_COUNT = ['1e300', '0', '-1', '1.5', '.nan', '.inf', '1e400', '"2"', '{}', '-0'];
const NAMES = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'];
const NAMED = [
  'X=1',
  'X.x=1',
  'X.prototype.x=1',
  'data.X.x=1',
  'data.world.X=1',
  'acquisition.X.k=1',
  'worker.X={a: 1}',
];

const YAML: Readonly<Record<string, string>> = {
  'a missing alias': 'name: *x',
  'an alias of itself': 'a: &a [*a]',
  'a mapping within itself': 'a: &a {b: *a}',
  'aliases without bound': [
    'a0: &a0 [x, x, x]',
    ...Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}, *a${at}]`),
  ].join('\n'),
  'nesting without end': `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'nesting by indentation': Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
  'a key of every object': '__proto__: {x: 1}',
  'an unknown tag': 'name: !js/function x',
  'a NUL': 'name: "a\\0b"',
  'half a pair': 'name: "\\ud800"',
  'two documents': 'name: a\n---\nname: b',
  'a list': '- 1',
  'a number': '1',
  'a key that is a list': '? [a]\n: 1',
  'a key twice': 'name: a\nname: b',
  bytes: 'name: !!binary aGk=',
  'a tab': 'a:\n\t- b',
  'NULs at the end': `name: a${'\0'.repeat(9)}`,
};
const YAML_READERS: Readonly<Record<string, (file: string) => readonly string[]>> = {
  'config check': (file) => ['config', 'check', '-c', file],
  'config show': (file) => ['config', 'show', '-c', file],
  run: (file) => ['run', '-c', file],
  sweep: (file) => ['sweep', '-c', file, '--dry-run'],
  'data synth': (file) => ['data', 'synth', '-c', file, '--out', `${file}.out`],
  template: (file) => [
    'features',
    'extract',
    '/nowhere',
    '--model',
    './none',
    '--template',
    file,
    '--out',
    `${file}.out`,
  ],
};

const yamlFiles = (): Attack[] =>
  Object.entries(YAML).flatMap(([what, text]) =>
    Object.entries(YAML_READERS).map(([reader, args]) =>
      inProcess(
        `${reader} with ${what}`,
        (folder) => {
          const file = join(folder, 'x.yaml');
          writeFileSync(file, text);
          return args(file);
        },
        USAGE,
      ),
    ),
  );

/** Every option of every command without a value, with an empty one, and one that does not exist. */
async function everyOption(): Promise<Attack[]> {
  const commands = await listCommands();
  return commands.flatMap(({ words, options }) => [
    inProcess(`${words.join(' ')} --nope`, () => [...words, '--nope'], { ...USAGE, words: /unknown option '--nope'/ }),
    ...options
      .filter(({ value }) => value?.startsWith('<'))
      .flatMap(({ flag }) => [
        inProcess(`${words.join(' ')} ${flag} without a value`, () => [...words, flag], USAGE),
        inProcess(`${words.join(' ')} ${flag} ''`, () => [...words, flag, ''], NO_FAULT),
        inProcess(`${words.join(' ')} ${flag} twice`, () => [...words, flag, '1', flag, '1'], NO_FAULT),
      ]),
  ]);
}

const IDS = ['..', '.', '/', 'a/b', '-x', '', ' ', '../x', 'a\nb', '.hidden', 'é', 'x'.repeat(300)];

/** What people mistype or a program makes up on the command line: wrong usage, in one line, and nothing else. */
export const commandLineAttacks: AttackSource = {
  name: 'command line',
  attacks: async () => [
    ...cross(DURATIONS, NO_DURATION).map((text) => overridden(text, /^error: Cannot /m)),
    ...cross(
      COUNTS.filter((key) => key !== 'posterior.head.layers.0'),
      NO_COUNT,
    )
      .filter((text) => !/(batch|members|samples)=-0$/.test(text))
      .map((text) => overridden(text, /^error: Cannot /m)),
    ...NAMES.flatMap((name) => NAMED.map((form) => overridden(form.replace('X', name), /^error: Cannot /m))),
    ...yamlFiles(),
    ...(await everyOption()),
    ...IDS.map((id) =>
      inProcess(
        `run --id ${JSON.stringify(id).slice(0, 20)}`,
        (folder) => ['run', '-c', writeTinyConfig(folder), '--id', id],
        USAGE,
      ),
    ),
    ...IDS.map((id) =>
      inProcess(
        `sweep --id ${JSON.stringify(id).slice(0, 20)}`,
        (folder) => ['sweep', '-c', writeTinyConfig(folder), 'seed=1,2', '--id', id],
        USAGE,
      ),
    ),
  ],
};
