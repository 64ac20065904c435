const OPEN = '\u{e000}';
const CLOSE = '\u{e001}';

/** A value that stands in the text exactly as written, be it JSON or not. */
export const raw = (text: string): string => `${OPEN}${text}${CLOSE}`;

/** JSON text of a value with its raw parts put in. */
export function textOf(value: unknown): string {
  return JSON.stringify(value).replaceAll(new RegExp(`"${OPEN}(.*?)${CLOSE}"`, 'gu'), (_all, inner: string) =>
    String(JSON.parse(`"${inner}"`)),
  );
}
