/** Every way in which the presets of BAL-PM differ in acquisition (method.md section 2). */
export interface KsgSwitches {
  /** Whose prompts count as neighbours: those of pool and acquired items together, or of the remaining pool only. */
  readonly neighbourScope: 'all' | 'pool';
  /** Whether an item is its own first neighbour. */
  readonly selfCounts: boolean;
  /** Whether the pool's rows alone are shifted by −μ/σ before their distance to acquired rows is taken. */
  readonly shiftPoolRows: boolean;
  /** Whether items with the same prompt are one neighbour, or one each. */
  readonly duplicates: 'distinct' | 'rows';
  /** How the epistemic uncertainty is kept. */
  readonly precision: 'float64' | 'float32';
}

export type PresetName = keyof typeof PRESETS;

/** `paper` follows the equations, `reference` the published code with its quirks. */
export const PRESETS = {
  paper: {
    neighbourScope: 'all',
    selfCounts: false,
    shiftPoolRows: false,
    duplicates: 'distinct',
    precision: 'float64',
  },
  reference: {
    neighbourScope: 'pool',
    selfCounts: true,
    shiftPoolRows: true,
    duplicates: 'rows',
    precision: 'float32',
  },
} as const satisfies Record<string, KsgSwitches>;

/** A preset with some switches set by hand; null leaves a switch to the preset. */
export function resolveSwitches(
  preset: PresetName,
  own: { readonly [Switch in keyof KsgSwitches]: KsgSwitches[Switch] | null },
): KsgSwitches {
  const base = PRESETS[preset];
  return {
    neighbourScope: own.neighbourScope ?? base.neighbourScope,
    selfCounts: own.selfCounts ?? base.selfCounts,
    shiftPoolRows: own.shiftPoolRows ?? base.shiftPoolRows,
    duplicates: own.duplicates ?? base.duplicates,
    precision: own.precision ?? base.precision,
  };
}
