import { z } from 'zod';

/** β of a policy that divides Gumbel noise by it; far enough from 0 for the noise to stay finite. */
export const gumbelBeta = z.number().min(1e-9);
