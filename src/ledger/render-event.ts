import type { RunEvent } from './events.ts';
import { sealLine } from './seal.ts';

/** An event as a line of the ledger, with its check. */
export const renderEvent = (event: RunEvent): string => `${sealLine(JSON.stringify(event))}\n`;
