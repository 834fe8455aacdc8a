/**
 * Personal storage in an environment: the share that the status of the namespace's Tenant names, mounted where the template says. A
 * template names the place alone, so it mounts nobody else's.
 */
import type { Lookup } from '../../src/plan/lookup';
import type { TemplateSpec } from '../template';
import { type MountedVolume, shareSource } from './mounted-volume';
import type { Unresolved } from './references';
import { tenantWithNamespace } from './workspace-template';

const VOLUME = 'personal-storage';

/** The volume that a template asks for; undefined where it asks for none. */
export function personalVolume(
  { personalStorage, security }: TemplateSpec,
  namespace: string,
  lookup: Lookup,
): { readonly outcome: 'resolved'; readonly mounted: MountedVolume } | Unresolved | undefined {
  if (personalStorage === undefined) return undefined;
  const tenant = tenantWithNamespace(namespace, lookup);
  if (tenant === undefined) return missing(`only tenants have one, and "${namespace}" is the namespace of none`);
  const { name } = tenant.metadata;
  const { server, path, driver } = tenant.status?.personalStorage ?? {};
  if (server === undefined || path === undefined)
    return missing(`that of tenant ${name} can't be mounted: condition PersonalStorage of the Tenant says why`);
  if (driver === undefined && (security?.podSecurity ?? 'Restricted') === 'Restricted')
    return {
      outcome: 'hold',
      reason: 'Invalid',
      message:
        'The template mounts personal storage, which without a CSI driver is a volume of kind nfs, and Pod Security Restricted permits none: name a driver in the Tenancy (spec.personalStorage.driver), or use a ClusterEnvironmentTemplate with podSecurity Baseline',
    };
  const { mountPath, readOnly } = personalStorage;
  return {
    outcome: 'resolved',
    mounted: {
      volume: {
        type: 'raw',
        name: VOLUME,
        source: shareSource({ server, path }, driver === undefined ? {} : { driver }),
      },
      mount: { volume: VOLUME, mountPath, ...(readOnly === undefined ? {} : { readOnly }) },
    },
  };
}

function missing(why: string): Unresolved {
  return {
    outcome: 'hold',
    reason: 'ReferenceNotFound',
    message: `The template mounts personal storage, and ${why}`,
  };
}
