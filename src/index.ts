export { BalpmError, EXIT_STATUS, type FailureKind } from './base/errors.ts';
export { VERSION } from './base/package-info.ts';
export { ExperimentConfig } from './config/experiment.ts';
export { type LoadedConfig, loadConfig } from './config/load.ts';
export { type CompareOptions, compareRuns } from './evaluation/compare-runs.ts';
export type { Comparison } from './evaluation/comparison.ts';
export type { RoundRecord, RunRecord } from './evaluation/run-record.ts';
export {
  type ExperimentOptions,
  type ExperimentResult,
  type RunListeners,
  resumeExperiment,
  runExperiment,
  type StartedRun,
} from './experiment/run-experiment.ts';
export { digestEvents } from './ledger/digest.ts';
export { readEvents } from './ledger/event-log.ts';
export { RunEvent } from './ledger/events.ts';
export { findRunRecords, readRunRecord } from './ledger/read-run-record.ts';
export type { RunState } from './loop/state.ts';
export { ErrorCode } from './protocol/errors.ts';
export { operations } from './protocol/index.ts';
export { defineOperation, type Operation } from './protocol/operation.ts';
export type { DType } from './protocol/tensor.ts';
export { openPython } from './python-calls/open-python.ts';
export type { OpenPython, PythonCall } from './python-calls/python-call.ts';
export { writeReport } from './report/write-report.ts';
export type { WrittenReport } from './report/written-report.ts';
export { type AcquiredPick, type AcquireOptions, acquire } from './standalone/acquire.ts';
export {
  type Answer,
  type CallOptions,
  type ProgressNote,
  startWorker,
  type WorkerClient,
  type WorkerOptions,
} from './worker/client.ts';
export type { ListeningPlace, ListenOptions } from './worker/links/remote/listen-options.ts';
export type { HelloMessage } from './worker/session/link.ts';
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
} from './worker/tensors/tensor.ts';
export { WorkerFailure } from './worker/worker-failure.ts';
