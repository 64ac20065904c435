/** Text of an option with its new lines: a shell passes `\n` as two characters. */
export const withNewLines = (text: string): string => text.replaceAll('\\n', '\n');
