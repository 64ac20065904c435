import { expect, test } from 'vitest';
import { resolvePromptSplits } from '../../../src/features/import/prompt-splits.ts';

const PAIRS = ['train', 'validation', 'test'];

test('resolvePromptSplits() joins splits of the same name and leaves the others without prompts', () => {
  expect([...resolvePromptSplits(PAIRS, ['train'], [])]).toEqual([
    ['train', 'train'],
    ['validation', null],
    ['test', null],
  ]);
});

test('resolvePromptSplits() follows rules, in which eval is validation', () => {
  const splits = resolvePromptSplits(PAIRS, ['train', 'validation'], ['eval=train', 'test=eval']);
  expect(Object.fromEntries(splits)).toEqual({ train: 'train', validation: 'train', test: 'validation' });
});

test('resolvePromptSplits() takes the name of a split that is there before the name a source gives it', () => {
  const splits = resolvePromptSplits(['eval', 'validation'], ['eval'], ['eval=eval']);
  expect(Object.fromEntries(splits)).toEqual({ eval: 'eval', validation: null });
});

test.each([
  [['train'], "Cannot use --prompts-split 'train': it names no two splits, SPLIT=PROMPTS_SPLIT is needed"],
  [
    ['tran=train'],
    "Cannot use --prompts-split 'tran=train': the pairs have no split 'tran', one of 'train', 'validation', 'test' is needed (did you mean 'train'?)",
  ],
  [['test=test'], "Cannot use --prompts-split 'test=test': the prompts have no split 'test', one of 'train' is needed"],
])('resolvePromptSplits() refuses the rules %j', (rules, message) => {
  expect(() => resolvePromptSplits(PAIRS, ['train'], rules)).toThrow(message);
});

test('resolvePromptSplits() refuses tables that share no split', () => {
  expect(() => resolvePromptSplits(['a'], ['train'], [])).toThrow(
    "Cannot join prompt features: the prompts have splits 'train' and the pairs 'a', one of the same name (or --prompts-split SPLIT=PROMPTS_SPLIT) is needed",
  );
});
