/** Why picks of a rule without draws carry no inclusion probability. */
export const DETERMINISTIC = 'deterministic given the scores: an item that was not picked had no chance to be';
