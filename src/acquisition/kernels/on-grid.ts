// 2^40: steps of 1e-12, far above rounding and far below any difference that means something.
const GRID = 2 ** 40;

/** A value of the order of 1 on a grid of 1e-12, so that equal ones tie although their sums were rounded apart. */
export const onGrid = (value: number): number => Math.round(value * GRID) / GRID;
