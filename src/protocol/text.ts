import { z } from 'zod';

// Lengths of open text are never bounded on the wire: JavaScript counts UTF-16 units, Python counts code points.

/** A short name in printable ASCII without spaces: ids, operations, tensors, tokens. */
export const Identifier = z.string().regex(/^[!-~]{1,64}$/);

/** A SHA-256 in lower-case hexadecimal. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/);
