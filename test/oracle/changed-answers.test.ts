import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Label } from '../../src/data/label.ts';
import { changedAnswers } from '../../src/oracle/changed-answers.ts';
import { makeScratch } from '../support/balpm.ts';

const BATCH = {
  round: 2,
  answers: new Map<string, Label>([
    ['x', { preferred: 'a' }],
    ['y', { preferred: 'b' }],
  ]),
};
let scratch: ReturnType<typeof makeScratch>;
beforeEach(() => {
  scratch = makeScratch();
});
afterEach(() => scratch.remove());

const file = (): string => join(scratch.path, 'round-002.answers.jsonl');
const says = (id: string, preferred: string): string => `${JSON.stringify({ id, preferred })}\n`;
const review = (text: string): readonly string[] => {
  writeFileSync(file(), text);
  return changedAnswers(scratch.path, [BATCH]);
};

test('changedAnswers() says nothing of answers that are as the run holds them, in any order, and of none', () => {
  expect(changedAnswers(scratch.path, [BATCH])).toEqual([]);
  expect(review(says('y', 'b') + says('x', 'a') + says('x', 'a'))).toEqual([]);
  expect(changedAnswers(scratch.path, [])).toEqual([]);
});

test('changedAnswers() names round, item, both labels, and what to do', () => {
  expect(review(says('x', 'b') + says('y', 'b'))).toEqual([
    `round 2: item "x" was labelled 'a', but labels '${file()}' line 1 now has 'b'; the run keeps 'a', on which its later rounds depend: to use 'b', start another run (\`balpm run … --id NEW\`) with the labels up to round 2`,
  ]);
});

test.each([
  [
    'a correction below the old answer',
    says('x', 'a') + says('y', 'b') + says('y', 'a'),
    [/item "y" .* line 3 now has 'a'/],
  ],
  [
    'an answer that was taken away',
    says('y', 'b'),
    [/item "x" was labelled 'a' and no longer has a label in .*; the run keeps 'a'/],
  ],
  [
    'answers that were all taken away',
    '\n',
    [
      /item "x" was labelled 'a' and no longer has a label in /,
      /item "y" was labelled 'b' and no longer has a label in /,
    ],
  ],
  [
    'a correction with a typo',
    `${says('x', 'a') + says('y', 'b')}{"id":"x","prefered":"b"}\n`,
    [/so a correction has no effect: .* line 3: field 'preferred' is missing/],
  ],
  [
    'an item of another round',
    says('x', 'a') + says('y', 'b') + says('z', 'b'),
    [/line 3 has id "z", which is not in its batch/],
  ],
])('changedAnswers() tells of %s', (_what, text, messages) => {
  expect(review(text)).toEqual(messages.map((message) => expect.stringMatching(message)));
});

test('changedAnswers() counts what it does not name, and does not fail on what it cannot read', () => {
  const answers = new Map(Array.from({ length: 15 }, (_value, index) => [`i${index}`, { preferred: 'a' } as const]));
  writeFileSync(file(), [...answers.keys()].map((id) => says(id, 'b')).join(''));
  const told = changedAnswers(scratch.path, [{ round: 2, answers }]);
  expect(told).toHaveLength(11);
  expect(told[10]).toBe('round 2: 5 more changes of its labels, which the run ignores too');
  mkdirSync(join(scratch.path, 'round-003.answers.jsonl'));
  expect(changedAnswers(scratch.path, [{ round: 3, answers }])).toEqual([
    expect.stringMatching(/^round 3: cannot check whether its labels were changed: .* it is a directory;/),
  ]);
});

test('changedAnswers() compares probabilities, ties and weights', () => {
  const answers = new Map<string, Label>([
    ['x', { preferred: 'a', p: 0.7 }],
    ['y', { preferred: 'tie', p: 0.5 }],
    ['z', { preferred: 'b', weight: 2 }],
  ]);
  const same = '{"id":"x","p":0.7}\n{"id":"y","preferred":"tie"}\n{"id":"z","preferred":"b","weight":2}\n';
  writeFileSync(file(), same);
  expect(changedAnswers(scratch.path, [{ round: 2, answers }])).toEqual([]);
  writeFileSync(file(), '{"id":"x","p":0.6}\n{"id":"y","preferred":"a"}\n{"id":"z","preferred":"b"}\n');
  expect(changedAnswers(scratch.path, [{ round: 2, answers }])).toEqual([
    expect.stringMatching(/item "x" was labelled 'p 0\.7', but .* now has 'p 0\.6'; the run keeps 'p 0\.7'/),
    expect.stringMatching(/item "y" was labelled 'tie', but .* now has 'a'/),
    expect.stringMatching(/item "z" was labelled 'b \(weight 2\)', but .* now has 'b'/),
  ]);
});
