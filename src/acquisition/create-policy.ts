import type { ZodError } from 'zod';
import { type BalpmError, usageError } from '../base/errors.ts';
import { suggestion } from '../base/text/nearest-name.ts';
import { findPolicy } from './index.ts';
import type { Policy, PolicyDefinition } from './policy.ts';

/**
 * The policy of that name with its options fixed; options left out take their defaults.
 * @throws BalpmError (usage) on an unknown name or an option that is not valid.
 * @example createPolicy('batch-entropy', { beta: 0.1 })
 */
export function createPolicy(name: string, options: Readonly<Record<string, unknown>> = {}): Policy {
  const definition = findPolicy(name);
  const parsed = definition.options.safeParse(options);
  if (parsed.success) return definition.create(parsed.data);
  throw refusedOptions(definition, parsed.error);
}

function refusedOptions({ name, options }: PolicyDefinition, { issues: [issue] }: ZodError): BalpmError {
  if (issue?.code === 'unrecognized_keys')
    return unknownOption(name, issue.keys[0] as string, Object.keys(options.shape));
  const path = issue?.path.join('.');
  const found = `${path ? `option '${path}' is` : 'its options are'} refused (${issue?.message})`;
  return usageError(`Cannot use policy '${name}': ${found}, options as its schema describes them are needed`);
}

function unknownOption(policy: string, option: string, known: readonly string[]): BalpmError {
  const needed = known.length === 0 ? 'none is needed, as it has none' : `one of ${known.join(', ')} is needed`;
  return usageError(
    `Cannot use policy '${policy}': it has no option '${option}', ${needed}${suggestion(option, known)}`,
  );
}
