/**
 * Field tables: for every kind of a foreign API, what becomes of each field of its CRD.
 *
 * A table is data, written by hand beside its dialect. Two pure checks hold it to a CRD: `uncovered` finds fields that the
 * table forgets, `unknownPaths` rows for fields that aren't there. The compiler holds the other end: a mapped row can only
 * name a place that the model, the layout or the report has.
 */
import type { JsonObject } from '../api/json';
import type { EnvironmentModel } from '../model/environment-model';
import type { Layout } from '../model/layout';
import type { EnvironmentReport } from '../model/report';
import type { TenancyReport } from '../model/tenancy-front-end';
import type { TenantModel } from '../model/tenant-model';
import type { WorkspaceModel } from '../model/workspace-model';

/**
 * Paths into a type, as CRD paths are written: `[]` for items of a list, `{}` for values of a map. The walk stops at free-form JSON.
 */
type PathInto<T, P extends string> =
  | P
  | (T extends string | number | boolean
      ? never
      : T extends readonly (infer Item)[]
        ? PathInto<Item, `${P}[]`>
        : string extends keyof T
          ? JsonObject extends T
            ? never
            : PathInto<T[keyof T], `${P}{}`>
          : { [K in keyof T & string]: PathInto<NonNullable<T[K]>, `${P}.${K}`> }[keyof T & string]);

/**
 * A place that a field can be mapped to: of an environment in `model`, `layout` and `report`, of a tenant in `tenant` and `report`, of
 * a workspace in `workspace` and `report`. Such a word alone means that the field steers the whole of it. `labels` are those of the
 * object itself; `notes` are what a front end hands from translation to its own status.
 */
export type Target =
  | PathInto<EnvironmentModel, 'model'>
  | PathInto<Layout, 'layout'>
  | PathInto<EnvironmentReport, 'report'>
  | PathInto<TenantModel, 'tenant'>
  | PathInto<WorkspaceModel, 'workspace'>
  | PathInto<TenancyReport, 'report'>
  | 'labels'
  | 'notes';

/** What later work brings, by name: the part of the design that a field waits for. */
export const CAPABILITIES = {
  access: 'sign-in before the environment: Envoy, the gate, basic and bearer authentication, authorisation',
  addresses: 'where an environment runs and is reached inside the cluster, shown in status',
  'container counts': 'how many containers are ready, shown in status',
  'content and exams': 'archives fetched before a start and handed in after it, exam mode, status checks',
  'data sources': 'remote storage mounted through a CSI driver',
  desktops: 'a web desktop beside an app that draws on an X server',
  exposure: 'ports reachable from outside the cluster, with addresses allocated to them',
  'image catalogs': 'images of a registry, listed for those who write templates',
  'landing pages': 'the page that the URL of an environment opens, where it differs from the path it is routed by',
  'lifecycle and idle culling': 'stopping and deleting by age, idleness and failure, and the times shown for it',
  'node access': 'host ports, host paths and other ways to the node',
  patches: 'patches on rendered objects',
  'remote sessions': 'sessions that run on an HPC system outside the cluster',
  repositories: 'repositories cloned before the start',
  'secret adoption': 'a referenced Secret that is deleted together with the environment',
  'service accounts': 'an existing service account for the pod',
  'shared volumes': 'volumes shared by several environments',
  snapshots: "saving an environment's disk as an image",
  identity: 'people at an identity provider: accounts, verified addresses, mails',
  tenancy: 'people, their namespaces, workspaces, personal storage and quota',
  updates: 'when a changed object reaches an environment that runs',
  'usage in status': 'resources used and children mirrored in status',
  'virtual machines': 'environments that are virtual machines',
  'whole containers': 'the rest of core/v1 Container and VolumeMount: lifecycle hooks, devices, mount propagation',
} as const;

/** A name in `CAPABILITIES`. */
export type Capability = keyof typeof CAPABILITIES;

/** Shapes of Kubernetes that are passed on whole, so that one row may stand for all fields below its path. */
export type CoreShape =
  | 'core/v1 Affinity'
  | 'core/v1 Container'
  | 'core/v1 EnvFromSource'
  | 'core/v1 EnvVar'
  | 'core/v1 ResourceRequirements'
  | 'core/v1 Toleration'
  | 'core/v1 Volume'
  | 'core/v1 VolumeMount'
  | 'meta/v1 Condition';

interface RowBase {
  /** Path in the CRD: `spec.initPlugins[].name`; member names that are no identifiers stand in `['…']`. */
  readonly path: string;
  /** Present: the row stands for every field below the path too, which together are this one shape. */
  readonly subtree?: CoreShape;
}

/** What becomes of one field. */
export type FieldRow =
  | (RowBase & { readonly disposition: 'mapped'; readonly target: Target; readonly note?: string })
  | (RowBase & { readonly disposition: 'ignored'; readonly reason: string })
  | (RowBase & { readonly disposition: 'later'; readonly capability: Capability; readonly note?: string });

/** The table of one kind. */
export interface FieldTable {
  /** Name of the CustomResourceDefinition: `plural.group`. */
  readonly crd: string;
  readonly kind: string;
  readonly rows: readonly FieldRow[];
}

interface RowOptions {
  readonly subtree?: CoreShape;
  readonly note?: string;
}

/** The field goes to a place of the model, the layout or the report; `note` says how, where it isn't plain. */
export function mapped(path: string, target: Target, options: RowOptions | string = {}): FieldRow {
  return { path, disposition: 'mapped', target, ...(typeof options === 'string' ? { note: options } : options) };
}

/** The field is accepted and has no effect, for a reason. */
export function ignored(path: string, reason: string): FieldRow {
  return { path, disposition: 'ignored', reason };
}

/** The field waits for a capability. */
export function later(path: string, capability: Capability, options: RowOptions | string = {}): FieldRow {
  return { path, disposition: 'later', capability, ...(typeof options === 'string' ? { note: options } : options) };
}

/** Rows of a list of conditions: `meta/v1 Condition`, written by the runtime from `report.conditions`. */
export function conditionRows(path: string, members: readonly ConditionMember[]): readonly FieldRow[] {
  return members.map((member) =>
    member === 'lastUpdateTime'
      ? ignored(`${path}.${member}`, 'written when nothing changed too; lastTransitionTime says what clients need')
      : mapped(`${path}.${member}`, CONDITION_TARGETS[member], CONDITION_NOTES[member] ?? {}),
  );
}

type ConditionMember =
  | 'type'
  | 'status'
  | 'reason'
  | 'message'
  | 'lastTransitionTime'
  | 'observedGeneration'
  | 'lastUpdateTime';

const CONDITION_TARGETS = {
  type: 'report.conditions[].type',
  status: 'report.conditions[].status',
  reason: 'report.conditions[].reason',
  message: 'report.conditions[].message',
  lastTransitionTime: 'report.conditions[]',
  observedGeneration: 'report.conditions[]',
} as const;

const CONDITION_NOTES: Partial<Record<ConditionMember, string>> = {
  lastTransitionTime: 'stamped by the runtime',
  observedGeneration: 'stamped by the runtime',
};

/** A field of a schema, as `fieldsOf` finds it. */
interface Field {
  readonly path: string;
  /** True where nothing is declared below: a scalar, a list or map of scalars, an empty or a free-form object. */
  readonly leaf: boolean;
  readonly freeForm: boolean;
}

/** Members that every kind has and no table speaks of. */
const OBJECT_MEMBERS = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Fields of a CRD that a table says nothing of, in the schema's order: those at the end of a path, without a row of their
 * own and below no `subtree` row. `schema` is the `openAPIV3Schema` of one version.
 */
export function uncovered(schema: JsonObject, table: FieldTable): string[] {
  const rows = new Set(table.rows.map((row) => row.path));
  const subtrees = table.rows.filter((row) => row.subtree !== undefined).map((row) => row.path);
  return fieldsOf(schema)
    .filter(({ path, leaf }) => leaf && !rows.has(path) && !subtrees.some((top) => isBelow(path, top)))
    .map(({ path }) => path);
}

/**
 * Rows of a table for fields that a CRD doesn't have, in the table's order. Rows below a free-form field are known: the
 * schema can't say what is in there.
 */
export function unknownPaths(schema: JsonObject, table: FieldTable): string[] {
  const fields = fieldsOf(schema);
  const known = new Set(fields.map((field) => field.path));
  const freeForm = fields.filter((field) => field.freeForm).map((field) => field.path);
  return table.rows
    .map((row) => row.path)
    .filter((path) => !known.has(path) && !freeForm.some((top) => isBelow(path, top)));
}

function isBelow(path: string, top: string): boolean {
  return path.startsWith(top) && /^[.[{]/.test(path.slice(top.length));
}

function fieldsOf(schema: JsonObject): readonly Field[] {
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>);
  return members.filter(([name]) => !OBJECT_MEMBERS.has(name)).flatMap(([name, member]) => walk(member, name));
}

/** The field itself, then all below it. */
function walk(schema: JsonObject, path: string): readonly Field[] {
  if (schema['items'] !== undefined) return walk(schema['items'] as JsonObject, `${path}[]`);
  const values = schema['additionalProperties'];
  const below = [
    ...Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>).flatMap(([name, member]) =>
      walk(member, `${path}${step(name)}`),
    ),
    ...(typeof values === 'object' && values !== null && 'properties' in values ? walk(values, `${path}{}`) : []),
  ];
  return [
    { path, leaf: below.length === 0, freeForm: schema['x-kubernetes-preserve-unknown-fields'] === true },
    ...below,
  ];
}

function step(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `.${name}` : `['${name}']`;
}
