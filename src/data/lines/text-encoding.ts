import { usageError } from '../../base/errors.ts';

/** Encoding of a text file. */
export interface TextEncoding {
  /** Its name as given. */
  readonly name: string;
  /** Whether a line end is a single byte, so that lines are found before they are decoded. */
  readonly hasByteLines: boolean;
  /** A decoder of one text in slices; it throws at invalid bytes. `start` is the first slice. */
  readonly open: (start: Uint8Array) => (slice: Uint8Array, isLast: boolean) => string;
}

/** Encodings in which a byte of a longer character may be a line end, or which keep a state across lines. */
const WIDE = new Set(['utf-16le', 'utf-16be']);
const STATEFUL = new Set(['iso-2022-jp', 'replacement', 'x-user-defined']);
/** The web's standard maps these names to windows-1252; here and in Python each byte is one character. */
const LATIN_1 = new Set(['latin-1', 'latin1', 'iso-8859-1', 'iso8859-1', 'l1']);
/** Names in Python's spelling. */
const ALIASES: Readonly<Record<string, string>> = {
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  cp932: 'shift_jis',
  'utf-16-le': 'utf-16le',
  'utf-16-be': 'utf-16be',
};
/** Bytes 0x80 to 0x9F of windows-1252, a blank for a byte without a character; Node 20 decodes them as latin-1. */
const HIGH_OF_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** An encoding by name; null for UTF-8. @throws BalpmError (usage) for an unknown name. */
export function textEncoding(name: string): TextEncoding | null {
  const key = name.toLowerCase().replaceAll('_', '-');
  if (key === 'utf-8' || key === 'utf8' || key === 'utf-8-sig') return null;
  if (LATIN_1.has(key))
    return { name, hasByteLines: true, open: () => (slice) => Buffer.from(slice).toString('latin1') };
  if (key === 'utf-16' || key === 'utf16')
    return { name, hasByteLines: false, open: (start) => decoderOf(orderOf(start)) };
  const label = labelOf([ALIASES[key] ?? name, key], name);
  if (label === 'windows-1252') return { name, hasByteLines: true, open: () => decode1252 };
  return { name, hasByteLines: !WIDE.has(label), open: () => decoderOf(label) };
}

function labelOf(labels: readonly string[], name: string): string {
  for (const label of labels) {
    const encoding = encodingOf(label);
    if (encoding !== null && !STATEFUL.has(encoding)) return encoding;
  }
  throw usageError(
    `Cannot use --encoding '${name.slice(0, 40)}': it is not supported; give utf-8, utf-16, latin-1, windows-1252, shift_jis, gb18030, big5, euc-kr, windows-1251 or another name of the WHATWG standard`,
  );
}

function encodingOf(label: string): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).encoding;
  } catch {
    return null;
  }
}

function decoderOf(label: string): ReturnType<TextEncoding['open']> {
  const decoder = new TextDecoder(label, { fatal: true });
  return (slice, isLast) => {
    const text = decoder.decode(slice, { stream: !isLast });
    // The web's standard fills the holes of these code pages with control characters.
    if (label.startsWith('windows-') && /[\x80-\x9f]/.test(text)) throw new TypeError('a byte has no character');
    return text;
  };
}

function decode1252(slice: Uint8Array): string {
  return Buffer.from(slice)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (byte) => {
      const character = HIGH_OF_1252[byte.charCodeAt(0) - 0x80] as string;
      if (character === ' ') throw new TypeError('a byte has no character');
      return character;
    });
}

function orderOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  throw new TypeError('it has no byte order mark; utf-16le or utf-16be gives the order');
}
