/** The specs of `[sig-api-machinery]` that are left out, and why. Where there is one, an issue of Kubernetes' own says more. */

export interface SkippedSpecs {
  /** Matches the whole name; Go's syntax for regular expressions and JavaScript's alike. */
  readonly pattern: string;
  readonly because: string;
}

export const SKIPPED_SPECS: readonly SkippedSpecs[] = [
  {
    pattern:
      'AdmissionWebhook.*(listing|patching/updating|deny|honor timeout|should mutate|not be able to mutate|unconditionally reject|attaching)',
    because: 'the webhook is a server in a pod, and no container runs',
  },
  { pattern: 'CustomResourceConversionWebhook', because: 'the webhook is a server in a pod, and no container runs' },
  {
    pattern: 'CustomResourceFieldSelectors MUST list and watch',
    because: 'its definition converts by a webhook in a pod, and no container runs',
  },
  { pattern: 'Aggregator Should', because: 'the aggregated API server is a pod, and no container runs' },
  {
    pattern: 'OpenAPI V3 for Aggregated APIServer',
    because: 'the aggregated API server is a pod, and no container runs',
  },
  {
    pattern: '\\[Feature:CBOR\\]',
    because: 'behind a feature gate that is off; the aggregated API server is a pod, and no container runs',
  },
  { pattern: '\\[Feature:CoordinatedLeaderElection\\]', because: 'behind a feature gate that is off' },
  { pattern: '\\[Feature:MutatingAdmissionPolicy\\]', because: 'behind a feature gate that is off' },
  { pattern: '\\[Feature:StorageVersionAPI\\]', because: 'behind a feature gate that is off' },
  {
    pattern: '\\[Feature:ComprehensiveNamespaceDraining\\]',
    because: 'asks for more than kube-controller-manager does by default',
  },
  { pattern: '\\[Disruptive\\]', because: 'restarts servers of a cloud by SSH' },
  { pattern: "API priority and fairness .* can't be drowned out", because: 'skips itself: it is known to be flaky' },
];

/** One expression for the names of all of them. */
export function skipExpression(skipped: readonly SkippedSpecs[]): string {
  return skipped.map(({ pattern }) => pattern).join('|');
}
