/** Every order of some values. */
export const everyPermutation = <T>(values: readonly T[]): T[][] =>
  values.length === 0
    ? [[]]
    : values.flatMap((first, index) => everyPermutation(values.toSpliced(index, 1)).map((rest) => [first, ...rest]));
