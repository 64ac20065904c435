export { type AcquiredPick, type AcquireOptions, acquire } from './acquire/acquire.ts';
export { BalpmError, EXIT_STATUS, type FailureKind } from './base/errors.ts';
export { VERSION } from './base/package-info.ts';
export { ExperimentConfig } from './config/experiment.ts';
export { type LoadedConfig, loadConfig } from './config/load.ts';
export { type CompareOptions, compareRuns } from './evaluation/compare-runs.ts';
export type { Comparison } from './evaluation/comparison.ts';
export type { RoundRecord, RunRecord } from './evaluation/run-record.ts';
export { digestEvents } from './ledger/digest.ts';
export { readEvents } from './ledger/event-log.ts';
export { RunEvent } from './ledger/events.ts';
export { findRunRecords, readRunRecord } from './ledger/read-run-record.ts';
export {
  type ExperimentOptions,
  type ExperimentResult,
  type RunListeners,
  resumeExperiment,
  runExperiment,
  type StartedRun,
} from './loop/run-experiment.ts';
export type { RunState } from './loop/state.ts';
export { ErrorCode } from './protocol/errors.ts';
export { operations } from './protocol/index.ts';
export { defineOperation, type Operation } from './protocol/operation.ts';
export type { DType } from './protocol/tensor.ts';
export { openPython } from './python/open-python.ts';
export type { OpenPython, PythonCall } from './python/python-call.ts';
export { writeReport } from './report/write-report.ts';
export type { WrittenReport } from './report/written-report.ts';
export {
  type Answer,
  type CallOptions,
  type ProgressNote,
  startWorker,
  type WorkerClient,
  type WorkerOptions,
} from './worker/client.ts';
export type { HelloMessage } from './worker/handshake.ts';
export type { ListeningPlace, ListenOptions } from './worker/listen-options.ts';
export {
  bfloat16Tensor,
  boolTensor,
  float16Tensor,
  float32Tensor,
  float64Tensor,
  int32Tensor,
  int64Tensor,
  type Tensor,
  type Tensors,
  uint8Tensor,
  valuesOf,
} from './worker/tensor.ts';
export { WorkerFailure } from './worker/worker-failure.ts';
