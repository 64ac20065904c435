/** What a pattern may be made of: ASCII characters, listed classes, groups, alternatives, counts and anchors. */
const PART = [
  String.raw`[^\\[\](){}.$^*+?|\x00-\x1f\x7f-\uffff]`,
  String.raw`\\[ntrfv!-/:-@[-${'`'}{-~]`,
  String.raw`\[(?!\^)(?:[^\\[\]\x00-\x1f\x7f-\uffff]|\\[ntrfv!-/:-@[-${'`'}{-~])+\]`,
  String.raw`\((?:\?:|(?!\?))|[)|^$*+?]`,
  String.raw`\{\d+(?:,\d*)?\}`,
].join('|');

const LONGEST_SAFE_START = new RegExp(`^(?:${PART})*`);

/**
 * Why a pattern may match other texts in Python than in JavaScript, or undefined. There `.`, `\d`, `\w` and `\s` mean
 * other characters, and a class like `[^a]` counts characters where JavaScript counts UTF-16 units.
 */
export function patternProblem(pattern: string): string | undefined {
  const rest = pattern.slice(LONGEST_SAFE_START.exec(pattern)?.[0].length ?? 0);
  if (rest === '') return undefined;
  const part = /^(?:\\.|\[\^|\(\?.{1,2}|.)/su.exec(rest)?.[0] ?? rest;
  return `the pattern /${pattern}/ has '${part}', which may mean something else in Python, listed characters like [0-9] are needed`;
}
