import { DEFAULT_METHOD } from '../posterior/default-method.ts';
import type { ExperimentConfig } from './experiment.ts';
import type { MethodChoice } from './method-choice.ts';

/** Which policy on which posterior, and why those, in one sentence; `choice` is null for a run that does not tell it. */
export function describeMethod({ acquisition, posterior }: ExperimentConfig, choice: MethodChoice | null): string {
  const [policy, kind] = [`policy ${acquisition.policy}`, `posterior ${posterior.type}`];
  if (choice === null) return `${policy} on ${kind}`;
  const why = (decided: MethodChoice['policy']): string => whyOf(decided, choice);
  const sentence =
    choice.policy === choice.posterior
      ? `${policy} on ${kind}, ${choice.policy === 'default' ? 'the defaults' : why(choice.policy)}`
      : `${policy}, ${why(choice.policy)}, on ${kind}, ${why(choice.posterior)}`;
  if (choice.policy !== 'default' || choice.posterior !== 'default') return sentence;
  return `${sentence} (${DEFAULT_METHOD.why}; docs/decisions/default-policy.md); --preset paper is BAL-PM as published`;
}

function whyOf(decided: MethodChoice['policy'], { preset }: MethodChoice): string {
  switch (decided) {
    case 'named':
      return 'as configured';
    case 'preset':
      return `of preset ${preset?.name}`;
    case 'default':
      return 'the default';
  }
}
