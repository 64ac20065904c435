import { z } from 'zod';
import { commandHere } from '../base/command-here.ts';
import { environmentError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { cutText } from '../base/text/cut-text.ts';
import { printableLine } from '../base/text/printable-line.ts';
import type { Figure } from '../figures/figure.ts';
import { openPython } from '../python-calls/open-python.ts';

const LONGEST_TEXT = 200;
const LIMIT_MS = 300_000;
const Probe = z.object({ packages: z.object({ matplotlib: z.string().nullable() }) });
const Base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const Drawn = z.strictObject({ figures: z.array(z.strictObject({ name: z.string(), pdf: Base64 })), pages: Base64 });

/** Figures as PDF: each by its name, and all of them in one document, a page each. */
export interface DrawnPdf {
  readonly figures: ReadonlyMap<string, Uint8Array>;
  readonly pages: Uint8Array;
}

/**
 * Draws figures as PDF with matplotlib; equal figures give equal bytes with the same matplotlib.
 * @throws BalpmError (environment) when the interpreter is missing or has no matplotlib; as `openPython` and its `invoke`.
 */
export async function drawPdf(
  interpreter: string,
  figures: readonly Figure[],
  signal?: AbortSignal,
): Promise<DrawnPdf> {
  const python = await openPython(interpreter);
  try {
    const { packages } = await python.invoke({ name: 'probe', payload: { packages: ['matplotlib'] }, answer: Probe });
    if (packages.matplotlib === null) throw withoutMatplotlib(python.executable);
    const payload = { figures: shown(figures.map(({ name, title, drawing }) => ({ name, title, drawing }))) };
    const call = { name: 'draw_figures', payload, answer: Drawn, timeoutMs: LIMIT_MS };
    const drawn = await python.invoke(signal ? { ...call, signal } : call);
    return { figures: new Map(drawn.figures.map(({ name, pdf }) => [name, pdf])), pages: drawn.pages };
  } finally {
    await python.close();
  }
}

/** Figures whose texts can be drawn. */
const shown = <Content>(content: Content): Content =>
  JSON.parse(JSON.stringify(content), (_, value: unknown) =>
    typeof value === 'string' ? printableLine(cutText(value, LONGEST_TEXT)) : value,
  ) as Content;

const withoutMatplotlib = (executable: string): Error =>
  environmentError(
    `Cannot draw figures as PDF: Python ${quotePath(executable)} does not have matplotlib; run ${commandHere('setup')}, or ${executable} -m pip install matplotlib`,
  );
