/** A measured number at three digits. */
export const formatNumber = (value: number): string =>
  value === 0
    ? '0'
    : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
      ? String(Number(value.toPrecision(3)))
      : value.toExponential(2);

/** A share in percent at two digits. */
export const formatShare = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
