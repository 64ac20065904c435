/** Spelling of a whole number as an id: no sign but a minus, no leading zero, no fraction, no exponent. */
const WHOLE = /^(?:0|-?[1-9]\d*)$/;

/** The id of a number with this spelling, digit by digit; null for one whose spelling would change. */
export const wholeNumberId = (spelling: string | null): string | null =>
  spelling !== null && WHOLE.test(spelling) ? spelling : null;
