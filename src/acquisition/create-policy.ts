import { usageError } from '../base/errors.ts';
import { POLICIES } from './index.ts';
import type { Policy } from './policy.ts';

/**
 * The policy of that name with its options fixed; options left out take their defaults.
 * @throws BalpmError (usage) on an unknown name or an option that is not valid.
 * @example createPolicy('batch-entropy', { beta: 0.1 })
 */
export function createPolicy(name: string, options: Readonly<Record<string, unknown>> = {}): Policy {
  const definition = POLICIES.find((policy) => policy.name === name);
  if (!definition) throw unknownPolicy(name);
  const parsed = definition.options.safeParse(options);
  if (parsed.success) return definition.create(parsed.data);
  const issue = parsed.error.issues[0];
  throw usageError(`Cannot use policy '${name}': option '${issue?.path.join('.')}' was refused, ${issue?.message}`);
}

const unknownPolicy = (name: string) =>
  usageError(
    `Cannot use policy '${name}': there is none, one of ${POLICIES.map((policy) => policy.name).join(', ')} is needed`,
  );
