/** Texts that steer a terminal, show other words than they hold, or pass for lines of ours. */
export const PAYLOADS: Readonly<Record<string, string>> = {
  'a title': '\u001b]0;owned\u0007',
  'a clipboard write': '\u001b]52;c;ZXZpbA==\u0007',
  'a colour': '\u001b[31mred\u001b[0m',
  'a cleared screen': '\u001b[2J\u001b[H',
  'a C1 colour': '\u009b31mred',
  'a C1 title': '\u009d0;owned\u009c',
  'an override of direction': 'safe\u202egnp.exe\u202c',
  'an isolate': 'a\u2067b\u2069\u200fc\u061c',
  'a return to the start of the line': 'evil\rFORGED fine',
  'a forged line': 'x\nFORGED: all is well\u2028FORGED\u0085FORGED',
  'hidden letters': 'plain\u200b\u2060\ufeff\u{e0041}\u{e0042}',
  'a backspace and a delete': 'no\b\byes\u007f',
};
