import { join } from 'node:path';
import fc from 'fast-check';
import { ExperimentConfig } from '../../../src/config/experiment.ts';
import { listKeys } from '../../../src/config/list-keys.ts';
import type { FuzzWorld } from './fuzz-world.ts';
import type { ListedCommand, ListedOption } from './list-commands.ts';
import { oddWord } from './odd-values.ts';

/** What an option is mostly called with, by its name; what is not here takes a small number or an odd word. */
const fittingOf = (world: FuzzWorld): Readonly<Record<string, readonly string[]>> => {
  const out = ['out-1', 'out-2', 'deep/out', 'run', 'empty/out'].map((name) => join(world.root, name));
  return {
    config: [world.config],
    dataset: [world.dataset],
    out,
    'output-dir': out,
    template: [world.template, 'tldr'],
    prompts: [world.embeddings, join(world.store, 'features.safetensors:prompts')],
    scores: [world.embeddings],
    acquired: [world.list],
    order: [world.list],
    groups: [world.list],
    connect: [world.connection],
    policy: ['random', 'batch-entropy', 'k-center', 'badge'],
    split: ['train', 'test'],
    file: [`train=${world.source}`],
    python: [join(world.root, 'no-python')],
  };
};

const optionWords = (world: FuzzWorld, option: ListedOption): fc.Arbitrary<string[]> => {
  if (option.value === undefined) return fc.constant([option.flag]);
  const fitting = [...(fittingOf(world)[option.name] ?? ['1', '2', 'x']), ...option.choices];
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...fitting) },
    { weight: 2, arbitrary: oddWord },
    { weight: 1, arbitrary: fc.constantFrom(...world.odd) },
  );
  return fc.oneof(
    { weight: 8, arbitrary: value.map((word) => [option.flag, word]) },
    { weight: 1, arbitrary: value.map((word) => [`${option.flag}=${word}`]) },
    { weight: 1, arbitrary: fc.constant<string[]>([option.flag]) },
  );
};

const KEYS = listKeys(ExperimentConfig).map(({ key }) => key);
const ODD_KEYS = [
  'constructor.prototype.x',
  '__proto__.x',
  'toString',
  'a.b.c',
  'data',
  'data.world',
  'extends',
  '~',
  'sweep.seed',
  'hasOwnProperty.call',
];

/** `key=value` and `~key`. */
const override: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...KEYS.filter((key) => key !== 'worker.listen'), ...ODD_KEYS), oddWord)
      .map(([key, value]) => `${key}=${value}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(...KEYS, ...ODD_KEYS).map((key) => `~${key}`) },
  { weight: 1, arbitrary: oddWord },
);

const argumentOf = (world: FuzzWorld): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        world.dataset,
        world.store,
        world.run,
        world.root,
        world.source,
        'paper/main',
        'quickstart',
      ),
    },
    { weight: 2, arbitrary: oddWord },
    { weight: 2, arbitrary: fc.constantFrom(...world.odd) },
  );

/** Any command with any of its options, mostly with values that could be meant; order, repetition and gaps are free. */
export function commandLine(world: FuzzWorld, commands: readonly ListedCommand[]): fc.Arbitrary<string[]> {
  return fc.constantFrom(...commands).chain((command) => {
    const takesKeys = ['run', 'sweep', 'acquire', 'config check', 'config show'].includes(command.words.join(' '));
    const options =
      command.options.length === 0
        ? fc.constant([])
        : fc.array(
            fc.constantFrom(...command.options).chain((option) => optionWords(world, option)),
            { maxLength: 5 },
          );
    const config = takesKeys && command.words[0] !== 'acquire' ? [['-c', world.config]] : [];
    return fc
      .record({
        options,
        args: fc.array(argumentOf(world), { maxLength: Math.min(2, command.arguments) }),
        keys: takesKeys ? fc.array(override, { maxLength: 3 }) : fc.constant([]),
        hasConfig: fc.integer({ min: 0, max: 5 }),
        extra: fc.option(oddWord, { freq: 12 }),
      })
      .map(({ options: given, args, keys, hasConfig, extra }) => [
        ...command.words,
        ...(hasConfig > 0 ? config.flat() : []),
        ...given.flat(),
        ...args,
        ...keys,
        ...(extra === null ? [] : [extra]),
      ]);
  });
}
