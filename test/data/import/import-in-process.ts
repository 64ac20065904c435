import { importDataset } from '../../../src/data/import/import-dataset.ts';
import { importOptions } from '../fixtures.ts';

/** Imports one file (first argument) into a directory (second) and prints the counts: a process of its own to bound. */
const [source, path] = process.argv.slice(2) as [string, string];
const { manifest } = await importDataset(importOptions({ source, split: 'train' }), path);
process.stdout.write(JSON.stringify(manifest.counts));
