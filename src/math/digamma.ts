// The only file that imports @stdlib's digamma.
import digammaOf from '@stdlib/math-base-special-digamma';

/** ψ(x), the derivative of ln Γ(x); NaN at zero and the negative integers. */
export const digamma = (x: number): number => digammaOf(x);
