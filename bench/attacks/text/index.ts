import type { AttackSource } from '../attack.ts';
import { longValues } from './long-values.ts';
import { printedTexts } from './printed-texts.ts';
import { runsOfOthers } from './runs-of-others.ts';
import { writtenPages } from './written-pages.ts';

/** Texts, names and directories that come from somebody else. */
export const TEXT_SOURCES: readonly AttackSource[] = [printedTexts, runsOfOthers, longValues, writtenPages];
