/** A whole number as an id is spelled: no sign but a minus, no leading zero, no fraction, no exponent. */
const WHOLE = /^(?:0|-?[1-9]\d*)$/;

/** The id that a number written like this stands for, digit by digit; null for one that would change its spelling. */
export const wholeNumberId = (spelling: string | null): string | null =>
  spelling !== null && WHOLE.test(spelling) ? spelling : null;
