/**
 * Names that a layout gives to what a model holds.
 */
import { AdrasteiaError } from '../../src/errors';
import type { ClaimModel, EnvironmentModel, VolumeModel, Workload } from '../../src/model/environment-model';
import type { ClaimName, Layout } from '../../src/model/layout';

/** A claim that is made, with its name. */
export interface MadeClaim {
  readonly name: ClaimName;
  readonly claim: ClaimModel;
}

/** Name of a workload's StatefulSet. Throws `LayoutIncomplete`. */
export function workloadName(layout: Layout, workload: Workload): string {
  return named(layout.names.workloads, workload.name, 'workload');
}

/** Name of a Secret. Throws `LayoutIncomplete`. */
export function secretName(layout: Layout, id: string): string {
  return named(layout.names.secrets, id, 'secret');
}

/** Name of the claim behind a volume, made or somebody else's. Throws `LayoutIncomplete`. */
export function claimName(layout: Layout, volume: Extract<VolumeModel, { type: 'claim' }>): string {
  return volume.claim.existing ?? named(layout.names.claims, volume.name, 'claim').name;
}

/** Claims that are made, each once although several workloads may share it, in the order of workloads and volumes. */
export function madeClaims(model: EnvironmentModel, layout: Layout): readonly MadeClaim[] {
  const claims = new Map<string, MadeClaim>();
  for (const volume of model.workloads.flatMap((workload) => workload.volumes)) {
    if (volume.type !== 'claim' || volume.claim.existing !== undefined) continue;
    const name = named(layout.names.claims, volume.name, 'claim');
    if (!claims.has(name.name)) claims.set(name.name, { name, claim: volume.claim });
  }
  return [...claims.values()];
}

function named<T>(names: Readonly<Record<string, T>>, key: string, what: string): T {
  const name = Object.hasOwn(names, key) ? names[key] : undefined;
  if (name !== undefined) return name;
  throw new AdrasteiaError(
    'LayoutIncomplete',
    `The layout names no object for ${what} "${key}": its front end must give it a name`,
  );
}
