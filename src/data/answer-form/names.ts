/** Countable properties of a response's form, by their names in a configuration. */
export const FORM_NAMES = ['length', 'words', 'distinct-words', 'lines', 'paragraphs', 'list-items'] as const;

/** One of them. */
export type FormName = (typeof FORM_NAMES)[number];

/** Changes whenever a count of a text does, so that runs with different counts have different identities. */
export const FORM_VERSION = 1;

/** The named forms, in one order however they were given; `auto` means all. */
export const formsNamed = (asked: 'auto' | readonly FormName[]): readonly FormName[] =>
  FORM_NAMES.filter((name) => asked === 'auto' || asked.includes(name));
