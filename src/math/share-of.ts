/** ⌈share · count⌉; a product that is only by rounding above a whole number, as 0.07 · 100, counts as that number. */
export const shareOf = (share: number, count: number): number => Math.max(0, Math.ceil(share * count - 1e-9));
