import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** A path that is there as an absolute one; what is none is left as it is: a hub id. */
export const directoryOrId = (name: string): string => (existsSync(name) ? resolve(name) : name);
