/** A flag of a region (England, Scotland, …) is written with tag characters; nowhere else do these stand in a text. */
const REGION_FLAG = /\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,6}\u{E007F}/u;

/** Controls but tab and line feed, line and paragraph separators, halves of surrogate pairs, tags, code points that are no characters. */
const CONTROL = /(?![\t\n])\p{Cc}|[\p{Zl}\p{Zp}\p{Cs}\u{E0000}-\u{E007F}]|\p{Noncharacter_Code_Point}/u;

/** Characters that reorder or hide text, but for those that scripts and emoji are written with. */
const FORMAT =
  /(?![\u200C-\u200D]|[\u00AD\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u180E\u{110BD}\u{110CD}\u{13430}-\u{1343F}])\p{Cf}/u;

/** Joiners and variation selectors belong to a letter; a second one in a row can only hide something. */
const REPEATED =
  /(?<=[\u200C-\u200D])[\u200C-\u200D]|(?<=[\uFE00-\uFE0F\u{E0100}-\u{E01EF}])[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u;

const UNPRINTABLE = new RegExp([REGION_FLAG, CONTROL, FORMAT, REPEATED].map(({ source }) => source).join('|'), 'gu');

/**
 * A text with everything visible that could steer a terminal or show other words than it holds: `\u001b`, `\u202e`, also
 * in JSON and in quoted YAML, whose values stay the same by it. Line feeds and tabs are kept; text of no script changes.
 * `escape` makes of one such character what stands for it.
 */
export const printable = (text: string, escape: (character: string) => string = unicodeEscape): string =>
  text.replace(UNPRINTABLE, (found) => (found.startsWith('\u{1F3F4}') ? found : escape(found)));

const unicodeEscape = (character: string): string =>
  Array.from({ length: character.length }, (_, unit) => `\\u${hex(character.charCodeAt(unit))}`).join('');

const hex = (unit: number): string => unit.toString(16).padStart(4, '0');
