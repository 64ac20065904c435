/** Grey is the baseline's, in every figure. */
export const BASELINE_COLOUR = '#828282';

/** Okabe and Ito's colour-blind-safe colours (the blue a little lighter, for dark pages), the most legible first. */
const POLICY_COLOURS = ['#1f80c8', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/** One colour a policy, keyed by the order given; the baseline keeps grey wherever it stands. */
export function policyColours(policies: readonly string[], baseline: string | null): ReadonlyMap<string, string> {
  const others = policies.filter((policy) => policy !== baseline);
  const colours = new Map(
    others.map((policy, index) => [policy, POLICY_COLOURS[index % POLICY_COLOURS.length] as string]),
  );
  return baseline === null ? colours : colours.set(baseline, BASELINE_COLOUR);
}
