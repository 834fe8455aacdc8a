/**
 * What is wrong with a model beyond what a schema can say, each finding with the path of a field in the model.
 */
import { canonicalJson, isJsonObject, type JsonObject } from '../../src/api/json';
import type { Problem } from '../../src/api/problem';
import { isQuantity } from '../../src/api/quantity';
import type { ContainerModel, EnvironmentModel, VolumeModel, Workload } from '../../src/model/environment-model';
import type { Layout } from '../../src/model/layout';
import { claimName } from './layout-name';
import { podTemplate } from './pod';
import { podSecurityProblems } from './pod-security';

/**
 * Everything wrong with a model; empty where an environment can be built from it. The finished pods are held to the
 * model's Pod Security level, additions included. Throws `LayoutIncomplete`.
 */
export function modelProblems(model: EnvironmentModel, layout: Layout): readonly Problem[] {
  const { level, reason } = model.security;
  const unexplained: Problem = {
    path: 'security.reason',
    message: `is required where pods are held to ${level} instead of Restricted`,
  };
  return [
    ...(level === 'Restricted' || (reason ?? '') !== '' ? [] : [unexplained]),
    ...claimConflicts(model, layout),
    ...model.workloads.flatMap((workload) => {
      const at = (problem: Problem): Problem => ({ ...problem, path: `workloads[${workload.name}].${problem.path}` });
      const security = podSecurityProblems(podTemplate(model, layout, workload), level);
      return [
        ...workloadProblems(workload).map(at),
        ...security.map(({ path, message }) => at({ path: `pod.${path}`, message })),
      ];
    }),
  ];
}

function workloadProblems(workload: Workload): readonly Problem[] {
  const { webPort, app, volumes } = workload;
  const ports = app.ports.map(({ name }) => `"${name}"`).join(', ');
  const noPort: Problem = {
    path: 'webPort',
    message: `"${webPort ?? ''}" is no port of the app: it has ${ports === '' ? 'none' : ports}`,
  };
  const containers = [app, ...workload.init, ...workload.sidecars];
  return [
    ...(webPort === undefined || app.ports.some(({ name }) => name === webPort) ? [] : [noPort]),
    ...volumes.flatMap(volumeProblems),
    ...containers.flatMap(resourceProblems),
  ];
}

function volumeProblems(volume: VolumeModel): readonly Problem[] {
  if (volume.type === 'scratch') return quantityProblems(`volumes[${volume.name}].sizeLimit`, volume.sizeLimit);
  if (volume.type !== 'claim' || volume.claim.existing !== undefined) return [];
  const at = `volumes[${volume.name}].claim`;
  const { size, accessModes } = volume.claim;
  return [
    ...(size === undefined
      ? [{ path: `${at}.size`, message: 'is required for a claim that is made' }]
      : quantityProblems(`${at}.size`, size)),
    ...(accessModes.length === 0
      ? [{ path: `${at}.accessModes`, message: 'must name at least one mode, such as ReadWriteOnce' }]
      : []),
  ];
}

function resourceProblems({ name, resources = {} }: ContainerModel): readonly Problem[] {
  return ['limits', 'requests'].flatMap((list) =>
    Object.entries(objectOf(resources[list])).flatMap(([resource, value]) =>
      quantityProblems(`containers[${name}].resources.${list}.${resource}`, value),
    ),
  );
}

function quantityProblems(path: string, value: unknown): readonly Problem[] {
  if (value === undefined || value === null) return [];
  const valid = (typeof value === 'string' || typeof value === 'number') && isQuantity(value);
  return valid
    ? []
    : [
        {
          path,
          message: `${JSON.stringify(value)} is not a quantity: write a number with an optional suffix, such as 500m, 2 or 20Gi`,
        },
      ];
}

/** Volumes that share a claim must describe it alike, or one of them would be ignored. */
function claimConflicts(model: EnvironmentModel, layout: Layout): readonly Problem[] {
  const described = new Map<string, string>();
  const problems: Problem[] = [];
  for (const workload of model.workloads) {
    for (const volume of workload.volumes) {
      if (volume.type !== 'claim' || volume.claim.existing !== undefined) continue;
      const name = claimName(layout, volume);
      const description = canonicalJson(volume.claim);
      if ((described.get(name) ?? description) !== description) {
        problems.push({
          path: `workloads[${workload.name}].volumes[${volume.name}].claim`,
          message: `describes claim "${name}" otherwise than another volume does`,
        });
      }
      described.set(name, described.get(name) ?? description);
    }
  }
  return problems;
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
