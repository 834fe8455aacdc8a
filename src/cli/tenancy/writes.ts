/**
 * Making and removing tenants and workspaces. A dry run goes to the server, with its rules and its rights, and stores nothing.
 */
import { kinds } from '../../../constructs/kinds';
import { describeObject, type KubeObject, type Manifest } from '../../api/object';
import { describeProblems } from '../../api/problem';
import { apiVersionOf, type ResourceType } from '../../api/resource-type';
import { AdrasteiaError, hasCode } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import { DELETE_VOLUMES_ANNOTATION } from '../../tenancy/names';
import { CLI_FIELD_MANAGER } from '../manifests/send';
import { jsonObjects, nameLines, outputOption, resourceName, yamlDocuments } from '../print/formats';

/** Forms in which what was written is printed, the default first. */
const WRITE_FORMS = ['lines', 'json', 'yaml', 'name'] as const;
export type WriteForm = (typeof WRITE_FORMS)[number];

/** The option `-o` of commands that write. */
export const writeOutputOption = () => outputOption(WRITE_FORMS);

const CLAIM: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};

export interface NewObject {
  readonly type: ResourceType;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: object;
}

/**
 * Makes an object. `ObjectInvalid` with everything that is wrong where it breaks the rules of its kind, `ApiAlreadyExists` where there
 * is one of that name: nothing of it is changed.
 */
export async function createObject(
  cluster: Cluster,
  { type, name, labels, spec }: NewObject,
  { dryRun }: { readonly dryRun: boolean },
): Promise<KubeObject> {
  const manifest: Manifest = {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: { name, ...(Object.keys(labels).length === 0 ? {} : { labels }) },
    spec,
  };
  const problems = kinds.find((kind) => kind.type === type)?.validate(manifest) ?? [];
  if (problems.length > 0)
    throw new AdrasteiaError('ObjectInvalid', `${describeObject(manifest)}: ${describeProblems(problems)}`);
  try {
    return await cluster.create(type, manifest, { fieldManager: CLI_FIELD_MANAGER, dryRun });
  } catch (error) {
    if (!hasCode(error, 'ApiAlreadyExists')) throw error;
    throw new AdrasteiaError(
      'ApiAlreadyExists',
      `${describeObject(manifest)} is there already, and nothing of it was changed: see adra ${type.kind.toLowerCase()} show ${name}`,
      { cause: error },
    );
  }
}

export interface Removal {
  readonly type: ResourceType;
  readonly object: KubeObject;
  /** Those that go with it. */
  readonly namespaces: readonly string[];
  readonly deleteVolumes: boolean;
}

/**
 * Asks for the deletion of the object that was seen, not of another of its name. `ObjectInvalid`, before anything is touched, where
 * volumes in its namespaces would keep it and aren't to go with it.
 */
export async function removeObject(
  cluster: Cluster,
  { type, object, namespaces, deleteVolumes }: Removal,
  { dryRun }: { readonly dryRun: boolean },
): Promise<void> {
  const name = { name: object.metadata.name };
  if (deleteVolumes) {
    const annotations = { [DELETE_VOLUMES_ANNOTATION]: 'true' };
    await cluster.patch(
      type,
      name,
      { metadata: { annotations, uid: object.metadata.uid } },
      {
        type: 'merge',
        fieldManager: CLI_FIELD_MANAGER,
        dryRun,
      },
    );
  } else if (object.metadata.annotations?.[DELETE_VOLUMES_ANNOTATION] !== 'true') {
    const claim = await findClaim(cluster, namespaces);
    if (claim !== undefined)
      throw new AdrasteiaError(
        'ObjectInvalid',
        `${describeObject(object)} has volumes, such as claim ${claim.metadata.namespace ?? ''}/${claim.metadata.name}: remove them, or add --delete-volumes to delete them with it`,
      );
  }
  const { uid } = object.metadata;
  await cluster.delete(type, name, { ...(uid === undefined ? {} : { uid }), dryRun });
}

/** A claim in one of the namespaces. Who may not look asks for the deletion all the same: the controller looks as well. */
async function findClaim(cluster: Cluster, namespaces: readonly string[]): Promise<KubeObject | undefined> {
  for (const namespace of namespaces) {
    try {
      const { items } = await cluster.list(CLAIM, { namespace });
      if (items[0] !== undefined) return items[0];
    } catch (error) {
      if (!hasCode(error, 'ApiForbidden')) throw error;
    }
  }
  return undefined;
}

/** What was written, as `-o` asks for it: one line with what was done, or the object. */
export function writtenText(object: KubeObject, done: string, { form, dryRun }: WrittenSettings): string {
  switch (form) {
    case 'json':
      return jsonObjects([object]);
    case 'yaml':
      return yamlDocuments([object]);
    case 'name':
      return nameLines([object]);
    case 'lines': {
      const { apiVersion, kind, metadata } = object;
      return `${resourceName({ apiVersion, kind, name: metadata.name })} ${done}${dryRun ? ' (server dry run)' : ''}\n`;
    }
  }
}

export interface WrittenSettings {
  readonly form: WriteForm;
  readonly dryRun: boolean;
}
