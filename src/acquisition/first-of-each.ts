/** The first of some items of every prompt, in their order. */
export function firstOfEach(items: Int32Array, promptOf: Int32Array): Int32Array {
  const seen = new Set<number>();
  return items.filter((item) => {
    const prompt = promptOf[item]!;
    return !seen.has(prompt) && seen.add(prompt);
  });
}
