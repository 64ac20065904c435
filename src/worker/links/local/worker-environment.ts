/** What a worker's environment depends on. */
export interface EnvironmentOptions {
  /** Directory that holds the package `python_worker`. */
  readonly packageDir: string;
  /** Threads of one tensor operation. */
  readonly threads: number;
}

/** The caller's environment with what a worker needs; threads are fixed because results depend on them. */
export function workerEnvironment(
  { packageDir, threads }: EnvironmentOptions,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    TQDM_MININTERVAL: '5',
    // Large blocks go back and forth between steps otherwise; each return costs page faults (measured 5x on gradients).
    MALLOC_MMAP_THRESHOLD_: '4294967296',
    MALLOC_TRIM_THRESHOLD_: '4294967296',
    CUBLAS_WORKSPACE_CONFIG: ':4096:8',
    ...inherited,
    PYTHONPATH: [packageDir, ...(inherited.PYTHONPATH ? [inherited.PYTHONPATH] : [])].join(':'),
    PYTHONUNBUFFERED: '1',
    // Paths and texts come as UTF-8, whatever the locale says.
    PYTHONUTF8: '1',
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    TOKENIZERS_PARALLELISM: 'false',
  };
}
