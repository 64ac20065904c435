/** Rank of the value at a position among all: 1 is the largest, equal values share the best rank. */
export function rankAt(values: Float64Array, position: number): number {
  let larger = 0;
  for (let other = 0; other < values.length; other++) if (values[other]! > values[position]!) larger++;
  return larger + 1;
}
