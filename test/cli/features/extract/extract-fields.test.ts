import { Command } from 'commander';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { extractFields } from '../../../../src/cli/features/extract/extract-fields.ts';
import { extractionSettingsOf } from '../../../../src/cli/features/extract/extract-settings.ts';
import { settingsOf } from '../../../../src/cli/options/settings-of.ts';
import { withSettings } from '../../../../src/cli/options/with-settings.ts';
import { extractionParams } from '../../../../src/features/extraction/extraction-params.ts';
import { featuresExtract } from '../../../../src/protocol/operations/features-extract.ts';
import { setting } from '../../../../src/protocol/setting.ts';
import { settingsTable } from '../../../../tools/generate/settings-table.ts';

/** The operation with one more setting: nothing but its schema says that it is there. */
const params = featuresExtract.params.extend({
  stride: setting(z.int().min(1).nullable(), 'only every n-th token is read', {
    option: 'every',
    value: '<n>',
    unit: 'tokens',
    usual: 'all of them',
    details: 'Others are left out.',
  }),
});
const whole = { index: 1, count: 1 };
const part = { work: '/work', shard: whole, share: whole, device: 'cpu' };

function parse(...given: readonly string[]) {
  const fields = extractFields(params);
  const command = withSettings(new Command('extract'), fields)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(['--model', 'org/model', '--out', '/out', ...given], { from: 'user' });
  return { command, flags: settingsOf(fields, command.opts()) };
}

test('a setting that only the schema of features.extract has is an option of the command', () => {
  const option = parse().command.options.find(({ long }) => long === '--every');
  expect(option).toMatchObject({
    flags: '--every <n>',
    description: 'only every n-th token is read (default: all of them)',
  });
});

test('a setting that only the schema of features.extract has is checked as the schema says', () => {
  expect(() => parse('--every', '0')).toThrow(
    "error: option '--every <n>' argument '0' is invalid. a whole number of at least 1 is needed.",
  );
});

test('a setting that only the schema of features.extract has says nothing to a function', () => {
  expect(() => parse('--embed', 'mine.py:embed', '--every', '2')).toThrow(/'--embed .*' cannot be used with option/);
});

test('a setting that only the schema of features.extract has is a row of the reference page', () => {
  expect(settingsTable(extractFields(params)).split('\n')).toContain(
    '| `--every <n>` | tokens, at least 1 | all of them | only every n-th token is read. Others are left out. |',
  );
});

test.each([
  [['--every', '3'], 3],
  [[], null],
])('a setting that only the schema of features.extract has is sent to the worker: %j is %j', async (given, stride) => {
  const settings = await extractionSettingsOf('/pairs', parse(...given).flags, params);
  expect(params.parse(extractionParams(settings, part))).toMatchObject({ stride });
});

test('extractFields() is every setting of features.extract, as it is sent', async () => {
  const settings = await extractionSettingsOf('/pairs', parse('--load-in', '8bit', '--layer', '3,last').flags, params);
  const sent = extractionParams(settings, part);
  expect(Object.keys(sent).toSorted()).toEqual(Object.keys(params.shape).toSorted());
  expect(sent).toMatchObject({
    quantisation: '8bit',
    outputs: [
      { pooling: 'auto', layer: 3 },
      { pooling: 'auto', layer: null },
    ],
    trustRemoteCode: false,
    specialTokens: true,
    maxTokens: null,
  });
});
