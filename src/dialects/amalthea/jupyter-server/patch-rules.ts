/**
 * What patches may do to a server's objects. They come from whoever writes the server and are applied with the controller's
 * rights, so they reach neither what guards the server nor what its author might not make himself.
 */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../../api/json';
import { DNS_1035_LABEL } from '../../../api/name';
import { valueAt } from '../../../api/object';
import { podViolations } from './patched-pod-rules';

/**
 * Kinds of which patches may add objects. None of them runs, or widens what a NetworkPolicy or an Ingress lets through; what is to
 * run has its place beside Jupyter.
 */
const ADDABLE_KINDS: readonly string[] = ['v1 ConfigMap', 'v1 PersistentVolumeClaim', 'v1 Secret', 'v1 Service'];

/** Types of Secret that hold what they were given. The others are filled in with somebody's rights. */
const SECRET_TYPES: ReadonlySet<unknown> = new Set([
  undefined,
  'Opaque',
  'kubernetes.io/basic-auth',
  'kubernetes.io/dockercfg',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/tls',
]);

const RESERVED_PREFIX = 'adrasteia.dev/';

type Path = readonly (string | number)[];

/** Members of each child that stay as they are. A child that isn't here is patched freely below these of every child. */
const FIXED: Readonly<Record<string, readonly Path[]>> = {
  service: [['spec']],
  ingress: [
    ['spec', 'rules'],
    ['spec', 'defaultBackend'],
  ],
  statefulset: [
    ['spec', 'selector'],
    ['spec', 'serviceName'],
    ['spec', 'replicas'],
    ['spec', 'volumeClaimTemplates'],
  ],
  secret: [['data'], ['stringData'], ['type']],
};

const FIXED_EVERYWHERE: readonly Path[] = [
  ['apiVersion'],
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
  ['metadata', 'generateName'],
  ['metadata', 'ownerReferences'],
  ['metadata', 'finalizers'],
];

/** Where pods are described inside a child. */
const TEMPLATE: Path = ['spec', 'template'];
const POD: Path = [...TEMPLATE, 'spec'];

export interface PatchScope {
  readonly namespace: string;
  /** Name of the container that stands before Jupyter. */
  readonly proxy: string;
}

/** What is wrong with a document of children, against what it was before any patch; each as a clause after `patches[i]`. */
export function violations(before: JsonObject, after: JsonObject, scope: PatchScope): readonly string[] {
  const known = Object.keys(before);
  const added = Object.keys(after).filter((key) => !known.includes(key));
  return [
    ...known.flatMap((key) => childViolations(key, objectOf(before[key]), after[key], scope)),
    ...added.flatMap((key) => addedViolations(key, after[key], scope)),
    ...sameNames(after),
  ];
}

function childViolations(
  key: string,
  before: JsonObject,
  after: JsonValue | undefined,
  { proxy }: PatchScope,
): readonly string[] {
  if (!isJsonObject(after)) return [`takes ${key} out, which the server needs`];
  const changed = [...FIXED_EVERYWHERE, ...(FIXED[key] ?? [])]
    .filter((path) => !isSame(valueAt(before, path), valueAt(after, path)))
    .map((path) => `changes ${[key, ...path].join('.')}, which is not for patches`);
  return [
    ...changed,
    ...metadataViolations(key, valueAt(before, ['metadata']), valueAt(after, ['metadata'])),
    ...(key === 'statefulset'
      ? [
          ...metadataViolations(
            [key, ...TEMPLATE].join('.'),
            valueAt(before, [...TEMPLATE, 'metadata']),
            valueAt(after, [...TEMPLATE, 'metadata']),
          ),
          ...podViolations(valueAt(before, POD), valueAt(after, POD), proxy),
        ]
      : []),
  ];
}

/** Labels that are there keep their values; more may come, and annotations, except such as steer the machinery. */
function metadataViolations(
  at: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly string[] {
  return ['labels', 'annotations'].flatMap((member) => {
    const was = objectOf(objectOf(before)[member]);
    const is = objectOf(objectOf(after)[member]);
    // What is gone is put back afterwards: patches give whole maps where the earlier operator had none.
    return Object.keys(is)
      .filter((name) => (member === 'labels' && Object.hasOwn(was, name)) || name.startsWith(RESERVED_PREFIX))
      .filter((name) => was[name] !== is[name])
      .map((name) => `changes ${at}.metadata.${member}[${name}], which is not for patches`);
  });
}

/** Metadata after patches, with the labels and the machinery's annotations that it had before. */
export function keptMetadata(before: JsonValue | undefined, after: JsonValue | undefined): JsonObject {
  const [was, is] = [objectOf(before), objectOf(after)];
  const reserved = Object.entries(objectOf(was['annotations'])).filter(([name]) => name.startsWith(RESERVED_PREFIX));
  return {
    ...is,
    labels: { ...objectOf(is['labels']), ...objectOf(was['labels']) },
    annotations: { ...objectOf(is['annotations']), ...Object.fromEntries(reserved) },
  };
}

function addedViolations(key: string, child: JsonValue | undefined, { namespace }: PatchScope): readonly string[] {
  if (!isJsonObject(child)) return [`adds ${key}, which is no object`];
  const kind = `${textOf(child['apiVersion'])} ${textOf(child['kind'])}`;
  const metadata = objectOf(child['metadata']);
  if (!ADDABLE_KINDS.includes(kind)) return [`adds ${key}, a ${kind}: only ${ADDABLE_KINDS.join(', ')} can be added`];
  const isNamed = typeof metadata['name'] === 'string' && DNS_1035_LABEL.test(metadata['name']);
  const isOwn = metadata['namespace'] === undefined || metadata['namespace'] === namespace;
  const members = Object.keys(metadata).filter(
    (member) => !['name', 'namespace', 'labels', 'annotations', 'creationTimestamp'].includes(member),
  );
  return [
    ...(isNamed ? [] : [`adds ${key} without a name that objects may have`]),
    ...(isOwn ? [] : [`adds ${key} in another namespace`]),
    ...members.map((member) => `adds ${key} with metadata.${member}, which is not for patches`),
    ...metadataViolations(key, {}, metadata),
    ...kindViolations(key, kind, child),
  ];
}

function kindViolations(key: string, kind: string, child: JsonObject): readonly string[] {
  const spec = objectOf(child['spec']);
  switch (kind) {
    case 'v1 Secret':
      return SECRET_TYPES.has(child['type']) ? [] : [`adds ${key}, a Secret of type ${textOf(child['type'])}`];
    case 'v1 Service':
      return [
        ...(spec['type'] === undefined || spec['type'] === 'ClusterIP'
          ? []
          : [`adds ${key}, a Service of type ${textOf(spec['type'])}`]),
        ...(isEmpty(spec['externalIPs']) ? [] : [`adds ${key}, a Service with externalIPs`]),
      ];
    default:
      return [];
  }
}

/** Two objects of one kind and name would take turns at being applied. */
function sameNames(children: JsonObject): readonly string[] {
  const keys = new Map<string, string>();
  const found: string[] = [];
  for (const [key, child] of Object.entries(children)) {
    const { apiVersion, kind, metadata } = objectOf(child);
    const name = `${textOf(apiVersion)} ${textOf(kind)} ${textOf(objectOf(metadata)['name'])}`;
    const other = keys.get(name);
    if (other === undefined) keys.set(name, key);
    else found.push(`calls ${key} like ${other}`);
  }
  return found;
}

function isSame(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  return canonicalJson(before) === canonicalJson(after);
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
