import type { MethodChoice } from '../../config/method-choice.ts';

/** A preset and the keys it decided, in a line of a dry run. */
export const describePreset = ({ name, keys }: NonNullable<MethodChoice['preset']>): string =>
  `${name}: ${keys.length === 0 ? 'the configuration says all that it says' : keys.join(', ')}`;
