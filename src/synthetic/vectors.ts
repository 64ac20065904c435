import type { RandomStream } from '../random/stream.ts';

/** `length` independent normal values with this standard deviation. */
export function normalVector(stream: RandomStream, length: number, deviation = 1): Float64Array {
  return Float64Array.from({ length }, () => deviation * stream.normal());
}

/** A random direction: uniform on the unit sphere. */
export function unitVector(stream: RandomStream, length: number): Float64Array {
  return normalised(normalVector(stream, length));
}

/** A random direction at right angles to the unit vector `axis`. */
export function unitVectorAcross(stream: RandomStream, axis: Float64Array): Float64Array {
  const drawn = normalVector(stream, axis.length);
  const along = dot(drawn, axis);
  return normalised(drawn.map((value, index) => value - along * (axis[index] as number)));
}

/** Scalar product of two vectors of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

/** Coordinate-wise a + scale · b. */
export function addScaled(a: Float64Array, b: Float64Array, scale: number): Float64Array {
  return a.map((value, index) => value + scale * (b[index] as number));
}

function normalised(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}
