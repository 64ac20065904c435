/** The first of some items of every prompt, in their order. */
export function firstOfEach(items: Int32Array, promptOf: Int32Array): Int32Array {
  const isSeen = new Uint8Array(countPrompts(promptOf));
  return items.filter((item) => {
    const prompt = promptOf[item]!;
    if (isSeen[prompt] === 1) return false;
    isSeen[prompt] = 1;
    return true;
  });
}

function countPrompts(promptOf: Int32Array): number {
  let most = -1;
  for (let item = 0; item < promptOf.length; item++) most = Math.max(most, promptOf[item]!);
  return most + 1;
}
