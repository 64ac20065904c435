import type { WireSchema } from './wire-schema.ts';

/** Python source of the error codes. */
export function errorCodesModule(schema: WireSchema, note: string): string {
  const codes = schema.$defs.ErrorCode?.enum;
  if (codes === undefined)
    throw new Error('Cannot write the error codes: the schema has no ErrorCode, an enum is needed');
  return `# ${note}
"""Every reason a worker may give for a failed request."""

from enum import StrEnum


class ErrorCode(StrEnum):
${codes.map((code) => `    ${code} = "${code}"`).join('\n')}
`;
}
