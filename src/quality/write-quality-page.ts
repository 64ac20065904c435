import { join } from 'node:path';
import { type BalpmError, usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { writeFilesTogether } from '../base/files/write-files-together.ts';
import { suggestion } from '../base/text/nearest-name.ts';
import { type Dataset, readDataset } from '../data/dataset.ts';
import { assertStoreFits } from '../features/store/assert-store-fits.ts';
import { readStoreManifest } from '../features/store/store.ts';
import { renderSvg } from '../figures/render-svg.ts';
import { checksOf } from './checks-of.ts';
import { type ExaminedStore, examineStore } from './examine-store.ts';
import { qualityFigures } from './page/quality-figures.ts';
import { renderQualityPage } from './page/render-quality-page.ts';
import { type QualityDocument, withRoundedNumbers } from './quality-document.ts';

export interface QualityOptions {
  /** Directory of the feature store. */
  readonly store: string;
  /** Directory of the dataset it was made for. */
  readonly dataset: string;
  /** The page, a name that ends in .html; null: `quality.html` in the store. Its numbers lie beside it as .json. */
  readonly out: string | null;
  /** Split the linear probe learns from; null: `train`, skipped where there is none. */
  readonly train: string | null;
  /** Split it is measured on; null: `validation`, skipped where there is none. */
  readonly validation: string | null;
  /** Interpreter of the worker that fits the probe. */
  readonly python: string;
  readonly signal: AbortSignal;
  /** Told in a few words what is done next. */
  readonly onStep?: (step: string) => void;
}

/** What was written and what it says. */
export interface WrittenQuality {
  readonly page: string;
  readonly numbers: string;
  readonly document: QualityDocument;
}

/**
 * Examines a feature store and writes one self-contained page of checks, and its numbers beside it; what is there already
 * is replaced. Equal store, dataset and labels give equal bytes.
 * @throws BalpmError (usage) for a split the dataset has not, or a page that is no .html; (data) when store or dataset is
 * damaged or they do not belong together; (environment) when the place is not writable; those of startWorker.
 */
export async function writeQualityPage(options: QualityOptions): Promise<WrittenQuality> {
  const page = options.out ?? join(options.store, 'quality.html');
  const numbers = numbersBeside(page);
  const store = await openStore(options);
  for (const split of [options.train, options.validation]) requireSplit(store.dataset, split);
  const { python, signal, onStep = () => undefined } = options;
  const [train, validation] = [options.train ?? 'train', options.validation ?? 'validation'];
  if (train === validation) throw sameSplit(train);
  const findings = await examineStore(store, { python, signal, onStep, train, validation });
  const document = documentOf(store, findings);
  const content = await draw(document);
  writeFilesTogether(
    new Map([
      [numbers, `${JSON.stringify(document, null, 2)}\n`],
      [page, content],
    ]),
  );
  return { page, numbers, document };
}

function numbersBeside(page: string): string {
  if (page.endsWith('.html')) return page.replace(/html$/, 'json');
  throw usageError(`Cannot write quality page ${quotePath(page)}: it is no .html, a name that ends in .html is needed`);
}

async function openStore({ store, dataset: datasetPath }: QualityOptions): Promise<ExaminedStore> {
  const manifest = await readStoreManifest(store);
  const dataset = await readDataset(datasetPath);
  await assertStoreFits(manifest, dataset, store);
  return { path: store, manifest, dataset };
}

function requireSplit({ path, splits }: Dataset, name: string | null): void {
  if (name === null || splits.has(name)) return;
  const names = [...splits.keys()];
  throw usageError(
    `Cannot use split '${name}' of ${quotePath(path)}: there is no such split, one of ${names.join(', ')} is needed${suggestion(name, names)}`,
  );
}

const sameSplit = (name: string): BalpmError =>
  usageError(`Cannot measure the linear probe on split '${name}': it learns from it, another split is needed`);

function documentOf(
  { manifest, dataset }: ExaminedStore,
  found: Awaited<ReturnType<typeof examineStore>>,
): QualityDocument {
  const findings = withRoundedNumbers(found);
  const { name, hash, labelsHash } = dataset.manifest;
  return {
    schemaVersion: 1,
    kind: 'balpm-quality',
    store: manifest.id,
    dataset: { name, hash, labelsHash },
    source: manifest.source,
    checks: checksOf(findings),
    ...findings,
  };
}

async function draw(document: QualityDocument): Promise<string> {
  const figures = qualityFigures(document);
  const drawings = new Map<string, string>();
  for (const figure of [...figures.norms, ...figures.variance]) drawings.set(figure.name, await renderSvg(figure));
  return renderQualityPage({ document, figures, drawings });
}
