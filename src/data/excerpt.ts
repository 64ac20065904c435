const LONGEST = 200;

/** A text on one line, cut to `longest` characters; how long it was is told where something was cut. */
export function excerpt(text: string, longest: number = LONGEST): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= longest ? line : `${characters.slice(0, longest).join('')}… (${text.length} characters)`;
}
