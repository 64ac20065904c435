import { sha256 } from '../base/text/canonical-json.ts';

const SEALED = /^(.*),"check":"([0-9a-f]{16})"\}$/;

/**
 * A line of JSON (an object) with a last field `check`: 16 hexadecimal digits of the SHA-256 of the line without it.
 */
export const sealLine = (line: string): string => `${line.slice(0, -1)},"check":"${checkOf(line)}"}`;

/** The line without its check; undefined if the check does not match. A line without a check is returned unchanged. */
export function unsealLine(line: string): string | undefined {
  const [, content, check] = SEALED.exec(line) ?? [];
  if (content === undefined) return line;
  return checkOf(`${content}}`) === check ? `${content}}` : undefined;
}

const checkOf = (line: string): string => sha256(line).slice(0, 16);
