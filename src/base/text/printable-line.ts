import { printable } from './printable.ts';

/** A printable text on one line: its line feeds and tabs are visible too. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
