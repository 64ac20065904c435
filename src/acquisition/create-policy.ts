import type { ZodError } from 'zod';
import { type BalpmError, usageError } from '../base/errors.ts';
import { findPolicy } from './index.ts';
import type { Policy } from './policy.ts';

/**
 * The policy of that name with its options fixed; options left out take their defaults.
 * @throws BalpmError (usage) on an unknown name or an option that is not valid.
 * @example createPolicy('batch-entropy', { beta: 0.1 })
 */
export function createPolicy(name: string, options: Readonly<Record<string, unknown>> = {}): Policy {
  const definition = findPolicy(name);
  const parsed = definition.options.safeParse(options);
  if (parsed.success) return definition.create(parsed.data);
  throw refusedOptions(name, parsed.error);
}

function refusedOptions(name: string, { issues }: ZodError): BalpmError {
  const path = issues[0]?.path.join('.');
  const found = `${path ? `option '${path}' is` : 'its options are'} refused (${issues[0]?.message})`;
  return usageError(`Cannot use policy '${name}': ${found}, options as its schema describes them are needed`);
}
