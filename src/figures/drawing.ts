/** A figure as plain numbers and texts; every number is finite. `python_worker/python_calls/plotting` draws it. */
export type Drawing = LineDrawing | DifferenceDrawing;

/** Lines with bands or bars over a common axis, each named at its right end. */
export interface LineDrawing {
  readonly kind: 'lines';
  readonly x: DrawnAxis;
  readonly y: DrawnAxis;
  readonly interval: 'band' | 'bar';
  readonly series: readonly {
    readonly name: string;
    /** `#rrggbb`, the same in every figure. */
    readonly colour: string;
    readonly points: readonly {
      readonly x: number;
      readonly value: number;
      readonly low: number | null;
      readonly high: number | null;
    }[];
  }[];
  /** A thin dashed line; empty for none. */
  readonly guide: readonly { readonly x: number; readonly y: number }[];
  readonly labels: readonly { readonly series: string; readonly x: number; readonly y: number }[];
}

/** One row a policy: its value of each seed, the mean and its interval, around a line at zero. */
interface DifferenceDrawing {
  readonly kind: 'differences';
  readonly title: string;
  readonly rows: readonly {
    readonly name: string;
    readonly colour: string;
    readonly bySeed: readonly number[];
    readonly value: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

interface DrawnAxis {
  readonly title: string;
  /** One of `,d`, `.1f`, `.3f`, `.0%`: they mean the same to d3 and to Python. */
  readonly format: string;
  /** Where the ticks stand; null: chosen by the drawer. */
  readonly values: readonly number[] | null;
  readonly domain: readonly [number, number];
}
