/**
 * A kind for tests of the runtime: a Widget's spec spells out the plan, so that a test can ask for any tree, gate or refusal
 * without a construct. The runtime can't tell it from a real kind.
 */

import { INVENTORY } from '../../constructs/inventory';
import { CLAIM, CONFIG_MAP, POD, SECRET, SERVICE, STATEFUL_SET } from '../../constructs/parts/resource-types';
import { digest, type JsonObject, type JsonValue } from '../../src/api/json';
import type { KubeObject, Manifest } from '../../src/api/object';
import { referenceKey, referenceTo } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import type { Lookup } from '../../src/plan/lookup';
import type { Ensure, Observed, Once, Plan, RenderedTree, StatusReport, TeardownStep } from '../../src/plan/plan';
import { DEFAULT_HANDLING, type Handling, type PlannedObject, type ReadyRule } from '../../src/plan/planned-object';
import { Children } from '../../src/runtime/children';
import type { RuntimeKind } from '../../src/runtime/reconciler';
import { crdOf as crdOfKind } from '../../src/schema/crd';

export const WIDGET: ResourceType = {
  group: 'test.adrasteia.dev',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
const SETTINGS: ResourceType = {
  group: 'test.adrasteia.dev',
  version: 'v1',
  kind: 'Settings',
  plural: 'settings',
  namespaced: true,
};

export interface WidgetObjectSpec {
  readonly manifest: Manifest;
  /** Names of kinds and objects, as `Kind/name`, in the same namespace. */
  readonly dependsOn?: readonly string[];
  readonly readyWhen?: readonly ReadyRule[];
  readonly handling?: Partial<Handling>;
}

export interface WidgetSpec {
  readonly objects?: readonly WidgetObjectSpec[];
  /** A Settings object that must exist; its `spec.data` goes into every ConfigMap. */
  readonly settings?: string;
  readonly finalize?: boolean;
  readonly teardown?: readonly TeardownStep[];
  /** Milliseconds since the epoch at which the widget turns `late`. */
  readonly lateAt?: number;
  readonly ensure?: readonly Ensure[];
  /** What its deletion takes back. */
  readonly release?: readonly Ensure[];
  readonly once?: readonly Once[];
  /** The plan throws. */
  readonly broken?: boolean;
}

/** Counts calls, for tests that ask how often something is planned or rendered. */
export interface WidgetCounts {
  plans: number;
  renders: number;
}

export function widgetKind(counts: WidgetCounts = { plans: 0, renders: 0 }): RuntimeKind {
  return {
    type: WIDGET,
    statusSubresource: true,
    crd: () => crdOf(WIDGET),
    validate: () => [],
    planner: {
      reads: [SETTINGS],
      applies: [CONFIG_MAP, SERVICE, SECRET, CLAIM, STATEFUL_SET],
      observes: [POD],
      finalizes: true,
      plan: (object, lookup) => {
        counts.plans += 1;
        return plan(object, lookup, counts);
      },
    },
  };
}

/** CRDs that a test server needs. The inventory’s is the shipped one, which other suites install as well. */
export function widgetCrds(): readonly Manifest[] {
  return [crdOf(WIDGET), crdOf(SETTINGS), crdOfKind(INVENTORY)];
}

export function widget(namespace: string, name: string, spec: WidgetSpec): Manifest {
  return { apiVersion: 'test.adrasteia.dev/v1', kind: 'Widget', metadata: { namespace, name }, spec };
}

export function settings(namespace: string, name: string, data: Readonly<Record<string, string>>): Manifest {
  return { apiVersion: 'test.adrasteia.dev/v1', kind: 'Settings', metadata: { namespace, name }, spec: { data } };
}

export { SETTINGS };

export function configMap(name: string, data: Readonly<Record<string, string>> = { key: 'value' }): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function plan(object: KubeObject, lookup: Lookup, counts: WidgetCounts): Plan<RenderedTree> {
  const spec = (object.spec ?? {}) as WidgetSpec;
  const status = statusOf(object, spec);
  if (spec.broken === true) throw new Error('the plan of this widget throws');
  if (object.metadata.deletionTimestamp !== undefined)
    return {
      outcome: 'teardown',
      steps: spec.teardown ?? [],
      ...(spec.release === undefined ? {} : { release: spec.release }),
      status,
    };
  const data = spec.settings === undefined ? {} : settingsOf(lookup, object, spec.settings);
  if (data === undefined) {
    const held: StatusReport = {
      fields: { phase: 'Held' },
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'SettingsNotFound',
          message: `Settings ${spec.settings ?? ''} not found`,
        },
      ],
      settled: true,
    };
    return { outcome: 'hold', reason: 'SettingsNotFound', status: () => held };
  }
  const isLate = spec.lateAt !== undefined && lookup.clock.hasPassed(spec.lateAt);
  const objects = plannedObjects(object, spec, data, isLate);
  return {
    outcome: 'apply',
    tree: {
      digest: digest(objects),
      objects: () => {
        counts.renders += 1;
        return objects;
      },
    },
    status,
    ...(spec.finalize === undefined ? {} : { finalize: spec.finalize }),
    ...(spec.ensure === undefined ? {} : { ensure: spec.ensure }),
    ...(spec.once === undefined ? {} : { once: spec.once }),
  };
}

function settingsOf(lookup: Lookup, object: KubeObject, name: string): Readonly<Record<string, string>> | undefined {
  const answer = lookup.get(SETTINGS, { namespace: object.metadata.namespace ?? '', name });
  if (!answer.found) return undefined;
  return (answer.object.spec as { data: Record<string, string> }).data;
}

function plannedObjects(
  object: KubeObject,
  spec: WidgetSpec,
  data: Readonly<Record<string, string>>,
  isLate: boolean,
): readonly PlannedObject[] {
  const namespace = object.metadata.namespace ?? '';
  return (spec.objects ?? []).map(({ manifest, dependsOn, readyWhen, handling }) => {
    const placed: Manifest = {
      ...manifest,
      metadata: { ...manifest.metadata, namespace: manifest.metadata.namespace ?? namespace },
    };
    const filled =
      placed.kind === 'ConfigMap'
        ? { ...placed, data: { ...(placed['data'] as object), ...data, ...(isLate ? { late: 'true' } : {}) } }
        : placed;
    return {
      manifest: filled,
      dependsOn: (dependsOn ?? []).map((word) => {
        const [kind = '', name = ''] = word.split('/');
        return referenceKey({ apiVersion: kind === 'StatefulSet' ? 'apps/v1' : 'v1', kind, namespace, name });
      }),
      readyWhen: readyWhen ?? [],
      handling: { ...DEFAULT_HANDLING, ...handling },
    };
  });
}

function statusOf(object: KubeObject, spec: WidgetSpec): (observed: Observed) => StatusReport {
  return (observed) => {
    const objects = plannedObjects(object, spec, {}, false);
    const present = objects.filter(({ manifest, readyWhen }) => {
      const child = observed.child(referenceTo(manifest));
      return child !== undefined && Children.isReady(readyWhen, child);
    });
    const isReady = present.length === objects.length && observed.refusals.size === 0;
    const refusals = [...observed.refusals]
      .map(([key, refusal]) => `${key}: ${refusal.reason}: ${refusal.message}`)
      .sort();
    const ensured = Object.fromEntries(
      [...observed.ensured].map(([key, state]) => [
        key,
        state.state === 'Known' ? state.value : `failed: ${state.message}`,
      ]),
    ) as Record<string, JsonValue>;
    const isDeleting = object.metadata.deletionTimestamp !== undefined;
    const phase = isDeleting ? 'Deleting' : isReady ? 'Ready' : 'Starting';
    const fields: JsonObject = {
      phase,
      ready: present.length,
      refusals,
      ensured,
      observedGeneration: object.metadata.generation ?? 0,
    };
    return {
      fields,
      conditions: [
        {
          type: 'Ready',
          status: isReady && !isDeleting ? 'True' : 'False',
          reason: phase,
          message: refusals.join('; '),
        },
      ],
      settled: isReady || refusals.length > 0,
      happened: isReady ? [{ type: 'Normal', reason: 'Ready', message: 'The widget is ready' }] : [],
    };
  };
}

function crdOf(type: ResourceType): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${type.plural}.${type.group}` },
    spec: {
      group: type.group,
      scope: 'Namespaced',
      names: { kind: type.kind, plural: type.plural, singular: type.kind.toLowerCase() },
      versions: [
        {
          name: type.version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: open(), status: open() } } },
        },
      ],
    },
  };
}

function open(): JsonObject {
  return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
}
