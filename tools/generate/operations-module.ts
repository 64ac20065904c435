import { OPERATIONS } from '../../src/protocol/index.ts';
import { nameOf } from './wire-schema.ts';

/** Python source of the table of operations. */
export function operationsModule(note: string): string {
  return `# ${note}
"""Every operation of the wire by name."""

from typing import NamedTuple

import msgspec

from . import messages


class Operation(NamedTuple):
    """Handler module, version, types in and out, silence (ms) of a hung job, and whether answers depend on requests alone."""

    module: str
    version: int
    params: type[msgspec.Struct]
    data: type[msgspec.Struct]
    stall_ms: int
    pure: bool


OPERATIONS: dict[str, Operation] = {
${OPERATIONS.map(entry).join('\n')}
}
`;
}

function entry(operation: (typeof OPERATIONS)[number]): string {
  const module = operation.name.replaceAll(/[.-]/g, '_');
  const types = `messages.${nameOf(operation.params)}, messages.${nameOf(operation.data)}`;
  return `    "${operation.name}": Operation("${module}", ${operation.version}, ${types}, ${operation.stallMs}, ${operation.pure ? 'True' : 'False'}),`;
}
