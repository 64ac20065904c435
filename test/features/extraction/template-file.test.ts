import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseTemplates } from '../../../src/features/extraction/template-file.ts';
import { TEMPLATES } from '../../../src/features/extraction/templates.ts';
import { temporaryDirectory } from '../../data/fixtures.ts';

const folder = temporaryDirectory();
const write = (text: string): string => {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, text);
  return file;
};

test('chooseTemplates() knows the public ones by name', async () => {
  expect(await chooseTemplates('hh')).toEqual({ ...TEMPLATES.hh, specialTokens: true });
  expect(await chooseTemplates('cnn-dm')).toEqual(await chooseTemplates('tldr'));
});

test('chooseTemplates() reads texts of several lines from a file', async () => {
  const file = write(
    'prompt: |-\n  Question:\n  {prompt}\nresponse: |-\n  Question:\n  {prompt}\n  Answer: {response}\nspecial_tokens: false\n',
  );
  expect(await chooseTemplates(file)).toEqual({
    promptTemplate: 'Question:\n{prompt}',
    responseTemplate: 'Question:\n{prompt}\nAnswer: {response}',
    chat: null,
    specialTokens: false,
  });
});

test('chooseTemplates() reads a chat from a file', async () => {
  const chatOf = async (text: string) => (await chooseTemplates(write(text))).chat;
  expect(await chatOf('chat:\n  system: Be brief.\n')).toEqual({ system: 'Be brief.', date: null });
  expect(await chatOf('chat: {}\n')).toEqual({ system: '', date: null });
  expect(await chatOf('chat: { system: null }\n')).toEqual({ system: null, date: null });
  expect(await chatOf('chat: { date: 2025-01-31 }\n')).toEqual({ system: '', date: '2025-01-31' });
});

test.each([
  ['promt: "{prompt}"', "it has an unknown key 'promt' (did you mean 'prompt'?)"],
  ['prompt: "{prompt}"', "it has no 'response'"],
  ['prompt: "{prompt}"\nresponse: "{response}"', "'response' holds {response} where {prompt} and {response} belong"],
  ['prompt: "x"\nresponse: "{prompt}{response}"', "'prompt' holds no field where {prompt} belong"],
  ['prompt: 3\nresponse: "{prompt}{response}"', 'a value is of another type'],
  ['chat: {}\nprompt: "{prompt}"', "it has 'chat' and templates, which exclude each other"],
  ['chat: {sytem: x}', "its chat has an unknown key 'sytem' (did you mean 'system'?)"],
  ['chat: {system: 3}', 'a value is of another type'],
  ['chat: {date: 2025}', 'a value is of another type'],
  ['chat: {date: 2025-02-30}', "its chat's date '2025-02-30' is no day such as 2024-07-26"],
  ['chat: {date: 31 Jan 2025}', "its chat's date '31 Jan 2025' is no day such as 2024-07-26"],
])('chooseTemplates() refuses %j', async (text, message) => {
  await expect(chooseTemplates(write(text))).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(message),
  });
});

test.each([
  ['- a list', 'it is not a mapping'],
  ['a: [', 'YAML is needed'],
])('chooseTemplates() tells where %j is no YAML of a template', async (text, message) => {
  await expect(chooseTemplates(write(text))).rejects.toThrow(message);
});

test('chooseTemplates() tells a file that is not there', async () => {
  await expect(chooseTemplates(join(folder, 'absent.yaml'))).rejects.toThrow(
    /Cannot read template file '.*absent.yaml'/,
  );
});
