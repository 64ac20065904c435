/**
 * How many neighbours a row of the graph should list for D to the k-th: 48 for k = 13 left at most 426 of 92,000 rows
 * to be extended in 75 rounds; larger k in proportion.
 */
export const listedNeighbours = (k: number): number => Math.max(48, Math.ceil((48 * k) / 13));
