import { expect, it, test } from 'vitest';
import { canonicalJson, hashOf } from '../../../src/base/text/canonical-json.ts';
import { readGolden } from '../../support/read-golden.ts';

interface GoldenValue {
  readonly value: unknown;
  readonly text: string;
  readonly sha256: string;
}

test.each(readGolden('canonical-json.json') as GoldenValue[])(
  '$text is the text of a value, as in Python',
  (golden) => {
    expect(canonicalJson(golden.value)).toBe(golden.text);
    expect(hashOf(golden.value)).toBe(golden.sha256);
  },
);

it('canonicalJson() leaves undefined fields out', () => {
  expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
});
