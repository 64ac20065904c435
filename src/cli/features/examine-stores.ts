import { BalpmError } from '../../base/errors.ts';
import { headlineOf } from '../../quality/headline-of.ts';
import { writeQualityPage } from '../../quality/write-quality-page.ts';
import type { CommandIo } from '../command.ts';

/** The pages of checks that now lie in the stores. A store that cannot be examined is there all the same: it is only said. */
export async function examineStores(
  stores: readonly string[],
  { dataset, python }: { readonly dataset: string; readonly python: string },
  io: CommandIo,
): Promise<string[]> {
  const pages: string[] = [];
  for (const store of stores) {
    try {
      const places = { out: null, train: null, validation: null };
      const { page, document } = await writeQualityPage({ store, dataset, python, signal: io.signal, ...places });
      pages.push(page);
      io.note(`${headlineOf(document.checks)} ${page}`);
    } catch (error) {
      if (io.signal.aborted || !(error instanceof BalpmError)) throw error;
      io.note(`note: the store is made, but not examined: ${error.message}`);
    }
  }
  return pages;
}
