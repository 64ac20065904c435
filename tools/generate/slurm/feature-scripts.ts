import { batchScript, type Resources } from './batch-script.ts';

/** A language model of the paper whose features can be made here. */
interface FeatureModel {
  readonly short: string;
  readonly id: string;
  readonly shards: number;
  /** Weights in bfloat16. */
  readonly gigabytes: number;
  readonly gpus: number;
  /** What the paper took instead of exactly this. */
  readonly note: string;
}

const MODELS: readonly FeatureModel[] = [
  {
    short: '7b',
    id: 'teknium/OpenHermes-2.5-Mistral-7B',
    shards: 8,
    gigabytes: 15,
    gpus: 1,
    note: 'The paper’s model was tuned on summaries first: its features are imported (import.sbatch), these are the public model’s.',
  },
  {
    short: '70b',
    id: 'meta-llama/Meta-Llama-3-70B',
    shards: 16,
    gigabytes: 141,
    gpus: 4,
    note: 'Prompts get this model’s features too; in the imported store they have the 7B model’s, as in the paper.',
  },
  {
    short: '8x22b',
    id: 'mistralai/Mixtral-8x22B-v0.1',
    shards: 32,
    gigabytes: 281,
    gpus: 4,
    note: 'Prompts get this model’s features too; in the imported store they have the 7B model’s, as in the paper.',
  },
];
const SOURCE = 'tools/generate/slurm/feature-scripts.ts';

/** Scripts that make features, by their path from the repository's root. */
export const featureScripts = (): Record<string, string> =>
  Object.fromEntries(
    MODELS.flatMap((model) => [
      [`slurm/features/extract-${model.short}.sbatch`, extractScript(model)],
      [`slurm/features/merge-${model.short}.sbatch`, mergeScript(model)],
    ]),
  );

const submission = (short: string): string[] => [
  `Slurm     job=$(sbatch --parsable slurm/features/extract-${short}.sbatch)`,
  `          sbatch --dependency=afterany:"\${job%%;*}" slurm/features/merge-${short}.sbatch`,
];

const placesOf = (short: string): string[] => [
  `Reads     data/tldr (BALPM_DATASET), with texts. Makes shards/own-${short} (BALPM_SHARDS), then features/own-${short} (BALPM_STORE)`,
  `Use       sbatch slurm/paper/main.sbatch data.store=features/own-${short}`,
];

function extractScript(model: FeatureModel): string {
  const { short, id, shards } = model;
  return batchScript({
    source: SOURCE,
    about: [
      `Features of the texts of data/tldr by ${id}, in ${shards} shards; merge-${short}.sbatch makes the store.`,
      model.note,
      '',
      'First     on a node with network, with HF_HOME on the shared disk if it is not below your home:',
      `          balpm features prefetch ${id}`,
      ...submission(short),
      `No Slurm  bash slurm/features/extract-${short}.sbatch            the whole store at once, byte for byte the same`,
      'Go on     the same again: parts of about a minute are kept. A lost shard alone: sbatch --array=3 …',
      `Other     options of \`balpm features extract\` come last: sbatch slurm/features/extract-${short}.sbatch --revision COMMIT`,
      ...placesOf(short),
    ],
    jobName: `extract-${short}`,
    resources: extractResources(model),
    array: { first: 1, last: shards },
    body: [
      ...places(short),
      `model=\${BALPM_MODEL:-${id}}`,
      `count=\${BALPM_SHARD_COUNT:-${shards}} # of all shards; give sbatch --array=1-N with another`,
      'export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 TOKENIZERS_PARALLELISM=false',
      `options=(--model "$model" --template tldr --pooling last-token --max-tokens 512 --dtype bfloat16 --store-dtype bfloat16${model.gpus > 1 ? ' --device-map auto' : ' --device cuda'})`,
      '',
      'if [ -z "$SLURM_ARRAY_TASK_ID" ]; then',
      `  exec "\${balpm[@]}" features extract "$dataset" "\${options[@]}" "$@" --out "$store"`,
      'fi',
      `exec "\${balpm[@]}" slurm exec -- features extract "$dataset" "\${options[@]}" "$@" \\`,
      '  --shard "$SLURM_ARRAY_TASK_ID/$count" --out "$shards"',
    ],
  });
}

function extractResources({ gigabytes, gpus }: FeatureModel): Resources {
  return {
    cpus: 8,
    memory: 16 * Math.ceil((gigabytes * 1.1 + 16) / 16),
    gpus,
    time: '12:00:00',
    goesOn: true,
    why: [
      `GPUs      the weights take ${gigabytes} GB in bfloat16${gpus > 1 ? ', shared out among the GPUs of one node: 4 of 80 GB' : ''}`,
      'Memory    the weights once, and 16 GiB; not measured',
      'Time      not measured: it goes on where it was when the time is over',
    ],
  };
}

function mergeScript({ short, id, shards }: FeatureModel): string {
  return batchScript({
    source: SOURCE,
    about: [
      `The feature store of the ${shards} shards that extract-${short}.sbatch makes with ${id}.`,
      'It begins however they ended, checks every part, and names the shards that are missing; run those, then this again.',
      '',
      ...submission(short),
      `No Slurm  bash slurm/features/merge-${short}.sbatch`,
      ...placesOf(short),
    ],
    jobName: `merge-${short}`,
    resources: {
      cpus: 2,
      memory: 16,
      gpus: 0,
      time: '04:00:00',
      goesOn: false,
      why: [
        'Memory    a merge takes about half a GiB (bench/RESULTS.md); the rest is for the page of checks; not measured on these data',
      ],
    },
    array: null,
    body: [...places(short), `exec "\${balpm[@]}" features merge "$shards" --dataset "$dataset" --out "$store" "$@"`],
  });
}

/** Where a script reads and writes; one that is started once more when all is done ends at once. */
const places = (short: string): string[] => [
  `dataset=\${BALPM_DATASET:-data/tldr} shards=\${BALPM_SHARDS:-shards/own-${short}} store=\${BALPM_STORE:-features/own-${short}}`,
  'if [ -e "$store" ]; then',
  `  echo "'$store' is there already"`,
  '  exit 0',
  'fi',
  'mkdir -p "$(dirname "$shards")" "$(dirname "$store")"',
];
