/** What can be told of an answer's form, by its name in a configuration. */
export const FORM_NAMES = ['length', 'words', 'distinct-words', 'lines', 'paragraphs', 'list-items'] as const;

/** One of them. */
export type FormName = (typeof FORM_NAMES)[number];
