/** ln |det| of a square matrix by elimination with row pivots (numpy's slogdet). */
export function logDeterminant(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => [...row]);
  let sum = 0;
  for (let column = 0; column < rows.length; column++) {
    const below = rows.slice(column).map((row) => Math.abs(row[column]!));
    const pivot = column + below.indexOf(Math.max(...below));
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const top = rows[column]!;
    sum += Math.log(Math.abs(top[column]!));
    for (const row of rows.slice(column + 1)) {
      const factor = row[column]! / top[column]!;
      for (let at = column; at < row.length; at++) row[at]! -= factor * top[at]!;
    }
  }
  return sum;
}

/** ridge·I + Σ w·x·xᵀ. */
export function information(
  dimension: number,
  ridge: number,
  terms: readonly { readonly weight: number; readonly row: readonly number[] }[],
): number[][] {
  const axes = [...Array(dimension).keys()];
  return axes.map((i) =>
    axes.map((j) => terms.reduce((sum, { weight, row }) => sum + weight * row[i]! * row[j]!, i === j ? ridge : 0)),
  );
}
