/** A whole number with its thousands apart. */
export const formatCount = (value: number): string => value.toLocaleString('en-US');

/** A measured number at three digits. */
export const formatNumber = (value: number): string =>
  value === 0
    ? '0'
    : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
      ? String(Number(value.toPrecision(3)))
      : value.toExponential(2);

/** A share in percent at two digits. */
export const formatShare = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** `3 prompts`, `1 prompt`. */
export const formatCounted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
