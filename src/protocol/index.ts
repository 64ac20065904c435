import { externalCheck } from './operations/external-check.ts';
import { externalFit } from './operations/external-fit.ts';
import { featuresAssemble } from './operations/features-assemble.ts';
import { featuresCut } from './operations/features-cut.ts';
import { featuresEmbed } from './operations/features-embed.ts';
import { featuresExport } from './operations/features-export.ts';
import { featuresExtract } from './operations/features-extract.ts';
import { featuresForecast } from './operations/features-forecast.ts';
import { featuresImport } from './operations/features-import.ts';
import { featuresMerge } from './operations/features-merge.ts';
import { featuresPrefetch } from './operations/features-prefetch.ts';
import { featuresPush } from './operations/features-push.ts';
import { featuresUncertainty } from './operations/features-uncertainty.ts';
import { featuresVerify } from './operations/features-verify.ts';
import { knnBuild } from './operations/knn-build.ts';
import { knnDistances } from './operations/knn-distances.ts';
import { knnShiftedCounts } from './operations/knn-shifted-counts.ts';
import { pairsDistances } from './operations/pairs-distances.ts';
import { posteriorFit } from './operations/posterior-fit.ts';
import { posteriorPredict } from './operations/posterior-predict.ts';
import { spaceCluster } from './operations/space-cluster.ts';
import { spaceLogDet } from './operations/space-log-det.ts';
import { spaceRows } from './operations/space-rows.ts';
import { spaceSpread } from './operations/space-spread.ts';
import { storeOpen } from './operations/store-open.ts';
import { workerEcho } from './operations/worker-echo.ts';
import { workerStats } from './operations/worker-stats.ts';

/** Every built-in operation, for `worker.call(operations.posteriorFit, …)`: the one place where one is registered. */
export const operations = {
  externalCheck,
  externalFit,
  featuresAssemble,
  featuresCut,
  featuresEmbed,
  featuresExport,
  featuresExtract,
  featuresForecast,
  featuresImport,
  featuresMerge,
  featuresPrefetch,
  featuresPush,
  featuresUncertainty,
  featuresVerify,
  knnBuild,
  knnDistances,
  knnShiftedCounts,
  pairsDistances,
  posteriorFit,
  posteriorPredict,
  spaceCluster,
  spaceLogDet,
  spaceRows,
  spaceSpread,
  storeOpen,
  workerEcho,
  workerStats,
} as const;

/** The same as a list. */
export const OPERATIONS = Object.values(operations);
