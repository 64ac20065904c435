/** Grey is the baseline's, in every figure. */
export const BASELINE_COLOUR = '#828282';

/** Okabe and Ito's colour-blind-safe colours, the ones that stand out on white and on near-black first. */
const POLICY_COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/** One colour a policy, keyed by the order given; the baseline keeps grey wherever it stands. */
export function policyColours(policies: readonly string[], baseline: string | null): ReadonlyMap<string, string> {
  const others = policies.filter((policy) => policy !== baseline);
  const colours = new Map(
    others.map((policy, index) => [policy, POLICY_COLOURS[index % POLICY_COLOURS.length] as string]),
  );
  return baseline === null ? colours : colours.set(baseline, BASELINE_COLOUR);
}
