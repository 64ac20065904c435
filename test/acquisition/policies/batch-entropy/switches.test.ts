import { describe, expect, it } from 'vitest';
import {
  type KsgSwitches,
  PRESETS,
  resolveSwitches,
} from '../../../../src/acquisition/policies/batch-entropy/switches.ts';

const unset = { neighbourScope: null, selfCounts: null, shiftPoolRows: null, duplicates: null, precision: null };

describe('resolveSwitches()', () => {
  it.each(['paper', 'reference'] as const)('leaves every switch to %s when none is set', (preset) => {
    expect(resolveSwitches(preset, unset)).toEqual(PRESETS[preset]);
  });

  it.each(Object.keys(unset) as (keyof KsgSwitches)[])(
    'lets %s be set by hand, either way, and nothing else with it',
    (name) => {
      const other = { ...unset, [name]: PRESETS.reference[name] };
      expect(resolveSwitches('paper', other)).toEqual({ ...PRESETS.paper, [name]: PRESETS.reference[name] });
      const back = { ...unset, [name]: PRESETS.paper[name] };
      expect(resolveSwitches('reference', back)).toEqual({ ...PRESETS.reference, [name]: PRESETS.paper[name] });
    },
  );

  it('has presets that differ in every switch', () => {
    for (const name of Object.keys(unset) as (keyof KsgSwitches)[]) {
      expect(PRESETS.paper[name]).not.toBe(PRESETS.reference[name]);
    }
  });
});
