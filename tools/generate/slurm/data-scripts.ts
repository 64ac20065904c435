import { batchScript } from './batch-script.ts';

const SOURCE = 'tools/generate/slurm/data-scripts.ts';

/** Scripts that bring what the recipes read, by their path from the repository's root. */
export const dataScripts = (): Record<string, string> => ({
  'slurm/features/import.sbatch': importScript(),
  'slurm/features/uncertainty-7b.sbatch': uncertaintyScript(),
});

/** Name of the store, variable and default of its source. */
const STORES = [
  ['tldr-7b', 'BALPM_7B', 'luckeciano/reddit-features-hermes'],
  ['tldr-70b', 'BALPM_70B', 'luckeciano/llama370b-features-reddit'],
  ['tldr-140b', 'BALPM_140B', 'luckeciano/mistral8x22b-features-reddit'],
] as const;

function importScript(): string {
  return batchScript({
    source: SOURCE,
    about: [
      'The published data of the paper: data/tldr, and the stores features/tldr-7b, tldr-70b and tldr-140b (docs/explanation/paper.md).',
      'With the texts of luckeciano/learning-to-summarize in learning-to-summarize/ (BALPM_TEXTS) the dataset has texts;',
      'without, it is made of the features, and pairs that have none for their prompt are dropped and counted.',
      '',
      'No Slurm  bash slurm/features/import.sbatch                where there is network: it downloads the sources',
      'Slurm     sbatch slurm/features/import.sbatch              where nodes have network, or the sources are on disk:',
      '          BALPM_7B, BALPM_70B, BALPM_140B and BALPM_PROMPTS name directories (or other ids) of them',
      'Go on     the same again: stores that are there stay. Some of them only: … import.sbatch tldr-7b',
    ],
    jobName: 'import',
    resources: {
      cpus: 2,
      memory: 8,
      gpus: 0,
      time: '12:00:00',
      goesOn: false,
      why: [
        'Memory    at most 1.8 GiB were measured on made-up tables of the size of tldr-7b (bench/RESULTS.md)',
        'Time      7 minutes for such a table as CSV, without the download',
      ],
    },
    array: null,
    body: [
      `prompts=\${BALPM_PROMPTS:-luckeciano/hermes-reddit-post-features}`,
      `texts=\${BALPM_TEXTS:-learning-to-summarize}`,
      'mkdir -p data features',
      '',
      'if [ ! -e data/tldr ] && [ -d "$texts" ]; then',
      `  "\${balpm[@]}" data import "$texts" --schema learning-to-summarize --out data/tldr`,
      'elif [ ! -e data/tldr ]; then',
      `  "\${balpm[@]}" features import "\${BALPM_7B:-${STORES[0][2]}}" --prompts "$prompts" --missing drop --out data/tldr`,
      'fi',
      'if [ -d data/tldr/features ] && [ ! -e features/tldr-7b ]; then ln -s ../data/tldr/features features/tldr-7b; fi',
      '',
      'import_store() {',
      '  if [ -e "features/$1" ]; then',
      `    echo "'features/$1' is there already"`,
      '  else',
      `    "\${balpm[@]}" features import "$2" --prompts "$prompts" --dataset data/tldr --out "features/$1"`,
      '  fi',
      '}',
      'for store in "${@:-all}"; do',
      '  case $store in',
      ...STORES.map(([name, variable, id]) => `    ${name}) import_store ${name} "\${${variable}:-${id}}" ;;`),
      '    all)',
      ...STORES.map(([name, variable, id]) => `      import_store ${name} "\${${variable}:-${id}}"`),
      '      ;;',
      `    *) echo "Cannot import '$store': ${STORES.map(([name]) => name).join(', ')} are known" >&2; exit 2 ;;`,
      '  esac',
      'done',
    ],
  });
}

function uncertaintyScript(): string {
  return batchScript({
    source: SOURCE,
    about: [
      'Next-token entropies of the answers by the 7B model, for paper/ablation-llm-uncertainty.',
      '',
      'First     on a node with network: balpm features prefetch teknium/OpenHermes-2.5-Mistral-7B',
      'Slurm     sbatch slurm/features/uncertainty-7b.sbatch',
      'No Slurm  bash slurm/features/uncertainty-7b.sbatch',
      'Reads     data/tldr (BALPM_DATASET), with texts. Makes data/tldr-llm-uncertainty.jsonl (BALPM_COLUMNS)',
      'Other     options of `balpm features uncertainty` come last',
    ],
    jobName: 'uncertainty-7b',
    resources: {
      cpus: 8,
      memory: 48,
      gpus: 1,
      time: '1-00:00:00',
      goesOn: false,
      why: [
        'GPUs      the weights take 15 GB in bfloat16',
        'Memory    the weights once, and as much again; not measured',
        'Time      not measured, and it begins anew when it is stopped: give all that it may need',
      ],
    },
    array: null,
    body: [
      `dataset=\${BALPM_DATASET:-data/tldr} columns=\${BALPM_COLUMNS:-data/tldr-llm-uncertainty.jsonl}`,
      'if [ -e "$columns" ]; then',
      `  echo "'$columns' is there already"`,
      '  exit 0',
      'fi',
      'export HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 TOKENIZERS_PARALLELISM=false',
      `exec "\${balpm[@]}" features uncertainty "$dataset" --model "\${BALPM_MODEL:-teknium/OpenHermes-2.5-Mistral-7B}" --split train \\`,
      `  --response-template 'Post: {prompt}\\nSummary: {response}' --dtype bfloat16 --device cuda "$@" --out "$columns"`,
    ],
  });
}
