/** The same values rounded to the nearest float32, as float64. */
export const roundToFloat32 = (values: Float64Array): Float64Array => values.map(Math.fround);
