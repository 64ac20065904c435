import type { CommandIo } from '../command.ts';
import { createLiveBlock } from './live-block.ts';
import { formatDuration } from './render-progress.ts';

/** Shows steps that follow one another: one line per step, updated on a terminal. */
export interface StepLines {
  /** Ends the step before. */
  readonly begin: (step: string) => void;
  readonly line: (text: string) => void;
  readonly end: () => void;
  /** Leaves the terminal as it is; a step under way has no end. */
  readonly close: () => void;
}

const WIDTH = 100;

/** Steps on stderr; elsewhere than on a terminal a step has a line when it ends. */
export function createStepLines(io: Pick<CommandIo, 'note'>): StepLines {
  const live = createLiveBlock();
  let current: { readonly step: string; readonly begun: number; said: string } | undefined;
  const draw = (): void => {
    if (current === undefined) return;
    live?.draw([`${current.step}: ${took(current.begun)}  ${current.said}`.slice(0, WIDTH)]);
  };
  const ticking = live && setInterval(draw, 1000);
  ticking?.unref();
  const end = (): void => {
    if (current === undefined) return;
    live?.clear();
    io.note(`${current.step}: ${took(current.begun)}`);
    current = undefined;
  };
  return {
    begin: (step) => {
      end();
      current = { step, begun: performance.now(), said: '' };
      draw();
    },
    line: (text) => {
      if (current !== undefined) current.said = text;
      draw();
    },
    end,
    close: () => {
      clearInterval(ticking);
      live?.done();
    },
  };
}

const took = (begun: number): string => formatDuration((performance.now() - begun) / 1000);
