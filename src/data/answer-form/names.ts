/** What can be told of an answer's form, by its name in a configuration. */
export const FORM_NAMES = ['length', 'words', 'distinct-words', 'lines', 'paragraphs', 'list-items'] as const;

/** One of them. */
export type FormName = (typeof FORM_NAMES)[number];

/** Changes whenever a count of a text does, so that a run is not taken for another. */
export const FORM_VERSION = 1;

/** The forms meant, in one order however they were named; `auto` means all. */
export const formsNamed = (asked: 'auto' | readonly FormName[]): readonly FormName[] =>
  FORM_NAMES.filter((name) => asked === 'auto' || asked.includes(name));
