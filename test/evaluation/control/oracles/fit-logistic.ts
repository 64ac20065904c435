const RIDGE = 0.5;
const STEPS = 8;

/** Weights of a logistic regression without intercept (rows × D, labels 1 or 0), ridge ½·½‖w‖², by Newton's method. */
export function fitLogistic(rows: readonly Float64Array[], labels: readonly number[]): Float64Array {
  const size = rows[0]!.length;
  const weights = new Float64Array(size);
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((weight) => -RIDGE * weight);
    const curvature = Array.from({ length: size }, (_, index) => {
      const row = new Float64Array(size);
      row[index] = RIDGE;
      return row;
    });
    rows.forEach((row, item) => {
      let logit = 0;
      for (let index = 0; index < size; index++) logit += row[index]! * weights[index]!;
      const probability = 1 / (1 + Math.exp(-logit));
      for (let index = 0; index < size; index++) {
        gradient[index]! += (labels[item]! - probability) * row[index]!;
        const scaled = probability * (1 - probability) * row[index]!;
        for (let other = 0; other < size; other++) curvature[index]![other]! += scaled * row[other]!;
      }
    });
    const change = solve(curvature, gradient);
    for (let index = 0; index < size; index++) weights[index]! += change[index]!;
  }
  return weights;
}

/** Gaussian elimination of a positive definite system; both arguments are used up. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      for (let column = pivot; column < size; column++) matrix[row]![column]! -= factor * matrix[pivot]![column]!;
      right[row]! -= factor * right[pivot]!;
    }
  }
  const solution = new Float64Array(size);
  for (let row = size - 1; row >= 0; row--) {
    let rest = right[row]!;
    for (let column = row + 1; column < size; column++) rest -= matrix[row]![column]! * solution[column]!;
    solution[row] = rest / matrix[row]![row]!;
  }
  return solution;
}
