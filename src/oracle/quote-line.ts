const LONGEST = 120;
// Controls, marks of direction and line separators would change what a terminal shows.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu;

/** A line somebody wrote as it can stand in a message: in double quotes, cut, and nothing in it that is not seen. */
export function quoteLine(line: string): string {
  const start = line.slice(0, 2 * LONGEST + 1);
  const characters = Array.from(start);
  const isCut = characters.length > LONGEST || start.length < line.length;
  const shown = characters.slice(0, LONGEST).join('').replace(HIDDEN, escapeOne);
  return `"${shown}"${isCut ? `… (${line.length} characters)` : ''}`;
}

const escapeOne = (sign: string): string => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
