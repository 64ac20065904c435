/** A whole number with its thousands apart. */
export const formatCount = (value: number): string => value.toLocaleString('en-US');

/** `3 prompts`, `1 prompt`. */
export const formatCounted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
