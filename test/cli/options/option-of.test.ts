import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { optionOf } from '../../../src/cli/options/option-of.ts';
import { settingsOf } from '../../../src/cli/options/settings-of.ts';
import { withSettings } from '../../../src/cli/options/with-settings.ts';
import { setting, several } from '../../../src/protocol/setting.ts';

const layer = setting(z.int().min(0).nullable(), 'which', { value: '<which>', nullWord: 'last', most: 9999 });
const kind = setting(z.enum(['one', 'two']), 'what', { value: '<what>', default: 'one' });

const fields = {
  name: setting(z.string().nullable(), 'a name', { value: '<name>', excludes: ['kinds'] }),
  threadCount: setting(z.int().min(1).max(8), 'threads', { value: '<n>', default: 2, usual: 'all cores' }),
  kind,
  kinds: several(kind, 'several of them'),
  layers: several(layer, 'several layers'),
  text: setting(z.string(), 'a text', { value: '<text>', isMultiline: true, default: 'a\nb' }),
  words: setting(z.array(z.string()).nullable(), 'words', { option: 'word', value: '<word...>' }),
  isFast: setting(z.boolean(), 'fast', { option: 'fast' }),
  marks: setting(z.boolean(), 'without marks', { default: true }),
  unlisted: z.string(),
};

function parse(...given: readonly string[]) {
  const command = withSettings(new Command('any'), fields)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(given, { from: 'user' });
  return settingsOf(fields, command.opts());
}

test('optionOf() is nothing for a field that is no setting', () => {
  expect(optionOf('unlisted', fields.unlisted)).toBeUndefined();
  expect(parse()).not.toHaveProperty('unlisted');
});

test('optionOf() names the option after its field, or as its spelling says', () => {
  const flags = Object.entries(fields).flatMap(([field, schema]) => optionOf(field, schema)?.flags ?? []);
  expect(flags).toEqual([
    '--name <name>',
    '--thread-count <n>',
    '--kind <what>',
    '--kinds <what>',
    '--layers <which>',
    '--text <text>',
    '--word <word...>',
    '--fast',
    '--no-marks',
  ]);
});

test('optionOf() says the default in words where there are some', () => {
  expect(optionOf('threadCount', fields.threadCount)).toMatchObject({
    defaultValue: 2,
    defaultValueDescription: 'all cores',
  });
  expect(optionOf('layers', fields.layers)).toMatchObject({ defaultValue: [null], defaultValueDescription: 'last' });
});

test('settingsOf() has the defaults, null where there is none, and false for a switch', () => {
  expect(parse()).toEqual({
    name: null,
    threadCount: 2,
    kind: 'one',
    kinds: ['one'],
    layers: [null],
    text: 'a\nb',
    words: null,
    isFast: false,
    marks: true,
  });
});

test('settingsOf() has the values that were given, by field', () => {
  const given = ['--kinds', 'two,one,two', '--layers', 'last,3', '--text', String.raw`x\ny`, '--word', 'p', 'q'];
  expect(parse(...given, '--fast', '--no-marks', '--thread-count', '8')).toMatchObject({
    kinds: ['two', 'one'],
    layers: [null, 3],
    text: 'x\ny',
    words: ['p', 'q'],
    isFast: true,
    marks: false,
    threadCount: 8,
  });
});

describe('an option is refused', () => {
  test.each([
    [['--thread-count', '9'], 'a whole number from 1 to 8 is needed.'],
    [['--thread-count', '-1'], 'a whole number from 1 to 8 is needed.'],
    [['--kind', 'three'], 'Allowed choices are one, two.'],
    [['--kinds', 'one,three'], 'Allowed choices are one, two, several with commas.'],
    [['--kinds', ''], 'Allowed choices are one, two, several with commas.'],
    [['--layers', 'last,first'], "expected 'last' or a whole number from 0 to 9999, several with commas."],
    [['--layers', '10000'], "expected 'last' or a whole number from 0 to 9999, several with commas."],
    [['--name', 'x', '--kinds', 'one'], "option '--name <name>' cannot be used with option '--kinds <what>'"],
  ])('%j: %s', (given, message) => {
    expect(() => parse(...given)).toThrow(message);
  });
});

test('a setting that is described anew keeps its spelling', () => {
  expect(optionOf('kind', kind.describe('other words'))).toMatchObject({
    flags: '--kind <what>',
    description: 'other words',
    argChoices: ['one', 'two'],
  });
});
