/** Which column of the source means what; null where the person named none. */
export interface ColumnOptions {
  readonly prompt: string | null;
  readonly responseA: string | null;
  readonly responseB: string | null;
  readonly preferred: string | null;
  /** Column of the probability that a is preferred; null takes `p_a` where the file has answers a and b; false takes none. */
  readonly probability?: string | null | false;
  /** Column of the label's weight; null takes `weight` in the same way. */
  readonly weight?: string | null | false;
  readonly chosen: string | null;
  readonly rejected: string | null;
  /** Column of the id; null takes `id` when the source has it; false numbers the lines in any case. */
  readonly id: string | null | false;
}
