/**
 * An SVG with coordinates of paths rounded to a tenth of a pixel and strokes without length written as `h0` (dots, where the
 * line's ends are round), so that a picture of some thousand dots stays small.
 */
export const compactSvg = (svg: string): string =>
  svg.replace(/ d="([^"]*)"/g, (_whole, path: string) => ` d="${compactPath(path)}"`);

function compactPath(path: string): string {
  const rounded = path.replace(/-?\d+\.\d+(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(1))));
  return rounded.replace(/M([-\d.]+),([-\d.]+)L\1,\2(?=M|$)/g, 'M$1,$2h0');
}
