import { expect, test } from 'vitest';
import { attributeOf } from '../../../src/protocol/schema/field-name.ts';
import { readGolden } from '../../support/read-golden.ts';

test.each(Object.entries(readGolden('field-names.json') as Record<string, string>))(
  'attributeOf() makes %s the attribute %s, as in Python',
  (field, attribute) => {
    expect(attributeOf(field)).toBe(attribute);
  },
);
