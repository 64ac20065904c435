import type { Check } from './check.ts';
import { checkDimensions } from './checks/check-dimensions.ts';
import { checkDuplicates } from './checks/check-duplicates.ts';
import { checkEqualFeatures } from './checks/check-equal-features.ts';
import { checkNeighbours } from './checks/check-neighbours.ts';
import { checkNorms } from './checks/check-norms.ts';
import { checkProbe } from './checks/check-probe.ts';
import { checkTruncation } from './checks/check-truncation.ts';
import { checkVariance } from './checks/check-variance.ts';
import type { QualityFindings } from './quality-document.ts';

/** Every check, in the order the page has them. */
export const checksOf = (findings: QualityFindings): readonly Check[] => [
  checkProbe(findings.probe),
  checkTruncation(findings.truncation),
  checkEqualFeatures(findings),
  checkDuplicates(findings.texts),
  checkNorms(findings),
  checkDimensions(findings),
  checkVariance(findings),
  checkNeighbours(findings.texts),
];
