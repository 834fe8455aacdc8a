/**
 * What a template may say where somebody else than its author bears it: a manager of a workspace has no rights in the namespaces of
 * the workspace's members, and a tenant none on the network policies of its own. A template must not lend them such rights.
 *
 * What the schema of an EnvironmentTemplate leaves out (privileged pods, host paths, patches, accounts) isn't asked for here.
 */
import type { Problem } from '../../src/api/problem';
import type { TemplateSpec, TemplateWorkload } from '../template';

type Program = Pick<TemplateWorkload['container'], 'env' | 'envFrom'>;

interface Part {
  readonly path: string;
  readonly program: Program;
}

/** Classes of Kubernetes' own, by which a pod puts others out. */
const SYSTEM_CLASS = 'system-';

/** Everything in a workspace's template that reaches for what is a member's: Secrets, ConfigMaps and claims of the member's namespace. */
export function reachProblems(template: TemplateSpec): readonly Problem[] {
  const message = 'may not be set: the namespace that it is in is not that of the template';
  return [
    ...partsOf(template).flatMap(({ path, program }) =>
      sourcesOf(program).map((source) => ({ path: `${path}.${source}`, message })),
    ),
    ...template.workloads.flatMap(({ name, container, storage }) => [
      ...(container.volumes ?? []).flatMap((volume) =>
        (['secret', 'configMap'] as const).flatMap((source) =>
          volume[source] === undefined
            ? []
            : [{ path: `spec.workloads[${name}].container.volumes[${volume.name}].${source}`, message }],
        ),
      ),
      ...(storage?.existingClaim === undefined
        ? []
        : [{ path: `spec.workloads[${name}].storage.existingClaim`, message }]),
    ]),
  ];
}

/** Everything in a template of a tenant's namespace, or of a workspace's, that opens what the Tenancy closes. */
export function tenancyProblems({ network, placement }: TemplateSpec): readonly Problem[] {
  const peers = (['ingressFrom', 'egressTo'] as const).flatMap((direction) =>
    (network?.[direction] ?? []).flatMap((peer, index) =>
      peer.namespaceSelector === undefined && peer.ipBlock === undefined
        ? []
        : [
            {
              path: `spec.network.${direction}[${index}]`,
              message:
                'may name pods of the same namespace alone: what tenants reach beyond it is said by the Tenancy, or by a ClusterEnvironmentTemplate',
            },
          ],
    ),
  );
  return placement?.priorityClassName?.startsWith(SYSTEM_CLASS) === true
    ? [
        ...peers,
        {
          path: 'spec.placement.priorityClassName',
          message: `may not be a class of Kubernetes' own (${SYSTEM_CLASS}…)`,
        },
      ]
    : peers;
}

function partsOf({ workloads, initPlugins = [], sidecars = [] }: TemplateSpec): readonly Part[] {
  return [
    ...workloads.map(({ name, container }) => ({ path: `spec.workloads[${name}].container`, program: container })),
    ...initPlugins.map((program) => ({ path: `spec.initPlugins[${program.name}]`, program })),
    ...sidecars.map((program) => ({ path: `spec.sidecars[${program.name}]`, program })),
  ];
}

/** Where a program names Secrets and ConfigMaps. */
function sourcesOf({ env = [], envFrom = [] }: Program): readonly string[] {
  return [
    ...env.flatMap(({ name, valueFrom }) =>
      (['secretKeyRef', 'configMapKeyRef'] as const).flatMap((source) =>
        valueFrom?.[source] === undefined ? [] : [`env[${name}].valueFrom.${source}`],
      ),
    ),
    ...envFrom.flatMap((item, index) =>
      (['secretRef', 'configMapRef'] as const).flatMap((source) =>
        item[source] === undefined ? [] : [`envFrom[${index}].${source}`],
      ),
    ),
  ];
}
