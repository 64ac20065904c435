// npx tsx bench/neighbours.ts [prompts dimension]…: what the exact graph of random prompts costs in this process.
import { cpus } from 'node:os';
import { openStream } from '../src/random/stream.ts';
import { listNearest } from '../src/standalone/in-process/list-nearest.ts';

const NEIGHBOURS = 48;
const given = process.argv.slice(2).map(Number);
const sizes =
  given.length > 0
    ? [given]
    : [
        [5000, 384],
        [20_000, 16],
        [20_000, 1024],
      ];
console.log(
  `${cpus()[0]?.model}, Node ${process.version}, one core, rows of ${NEIGHBOURS}; the processor's time is what is spent here`,
);
console.table(sizes.map(([prompts = 0, dimension = 0]) => measure(prompts, dimension)));

function measure(prompts: number, dimension: number) {
  const stream = openStream(['bench', 'neighbours']);
  const values = Float32Array.from({ length: prompts * dimension }, () => stream.normal());
  const [begun, used] = [performance.now(), process.cpuUsage()];
  const building = listNearest({ values, dimension }, NEIGHBOURS);
  while (!building.next().done);
  const seconds = process.cpuUsage(used).user / 1e6;
  return {
    prompts,
    dimension,
    'CPU s': seconds.toFixed(1),
    's by the clock': ((performance.now() - begun) / 1e3).toFixed(1),
    '10⁹ axes a second': (((prompts ** 2 / 2) * dimension * 1e-9) / seconds).toFixed(2),
  };
}
