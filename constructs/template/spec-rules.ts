/** What holds between the fields of a template, in words of CEL for the API server and of our own for everything else. */
import type { SchemaRule } from '../../src/schema/keywords';

/** A workload, as far as rules look at it. */
export interface WorkloadShape {
  readonly name: string;
  readonly container: { readonly preset?: string; readonly ports?: readonly { readonly name: string }[] };
  readonly web?: { readonly port?: string; readonly signIn?: string };
  readonly storage?: { readonly mountPath?: string };
}

/** A template, as far as rules look at it. */
export interface SpecShape {
  readonly workloads: readonly WorkloadShape[];
  readonly accessPolicyRef?: unknown;
  readonly security?: { readonly podSecurity: string; readonly reason?: string };
}

/** Nothing is open by default. */
export const guarded: SchemaRule = {
  rule: 'has(self.accessPolicyRef) || self.workloads.all(workload, !has(workload.web) || has(workload.container.preset) || has(workload.web.signIn))',
  message:
    'needs accessPolicyRef where a workload with web has no preset, or web.signIn: App where the app asks for sign-in itself: nothing is open by default',
  holds: ({ accessPolicyRef, workloads }: SpecShape) =>
    accessPolicyRef !== undefined ||
    workloads.every(
      ({ web: entry, container }) =>
        entry === undefined || container.preset !== undefined || entry.signIn !== undefined,
    ),
};

/** One workload is what people open. */
export const oneWeb: SchemaRule = {
  rule: 'self.workloads.filter(workload, has(workload.web)).size() <= 1',
  message: 'must have web in one workload at most',
  fieldPath: '.workloads',
  holds: ({ workloads }: SpecShape) => workloads.filter(({ web: entry }) => entry !== undefined).length <= 1,
};

const isWebtop = ({ container }: WorkloadShape): boolean => container.preset === 'webtop';

/** Of namespaced templates. */
export const noWebtop: SchemaRule = {
  rule: "self.workloads.all(workload, !has(workload.container.preset) || workload.container.preset != 'webtop')",
  message:
    'must not have the preset webtop: its image starts as root, which takes a ClusterEnvironmentTemplate with security.podSecurity Baseline',
  fieldPath: '.workloads',
  holds: ({ workloads }: SpecShape) => !workloads.some(isWebtop),
};

/** Of cluster-scoped templates. */
export const webtopBelowRestricted: SchemaRule = {
  rule: "self.security.podSecurity != 'Restricted' || self.workloads.all(workload, !has(workload.container.preset) || workload.container.preset != 'webtop')",
  message: 'must be Baseline, with a reason, for the preset webtop: its image starts as root',
  fieldPath: '.security.podSecurity',
  holds: ({ workloads, security: held }: SpecShape) => held?.podSecurity !== 'Restricted' || !workloads.some(isWebtop),
};
