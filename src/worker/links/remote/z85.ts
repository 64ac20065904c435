const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Text of bytes as ZeroMQ writes keys: five digits of base 85 for every four bytes, most significant first. */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: Math.floor(bytes.length / 4) }, (_word, index) => view.getUint32(4 * index));
  return words.map(fiveDigits).join('');
}

const fiveDigits = (word: number): string =>
  [4, 3, 2, 1, 0].map((power) => DIGITS[Math.floor(word / 85 ** power) % 85]).join('');
