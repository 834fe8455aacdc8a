/**
 * The objects that arguments name: `KIND/NAME …`, or one `KIND` and its names, as kubectl takes them.
 */
import type { Discovery } from '../../adapters/kubernetes/discovery';
import type { KubeObject } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import { AdrasteiaError } from '../../errors';
import type { Cluster } from '../../ports/cluster';
import type { OpenCluster } from './open-cluster';

/** An object by the words of a command line. */
export interface Target {
  readonly kind: string;
  readonly name: string;
}

/**
 * The targets that arguments name, at least one. `UsageInvalid` where a name is missing, or both ways of naming are mixed.
 */
export function parseTargets(args: readonly string[]): readonly Target[] {
  const [first = '', ...rest] = args;
  if (args.some((arg) => arg.includes('/'))) {
    return args.map((arg) => {
      const [kind = '', name = '', ...more] = arg.split('/');
      if (kind === '' || name === '' || more.length > 0) {
        throw new AdrasteiaError(
          'UsageInvalid',
          `cannot tell which object ${JSON.stringify(arg)} is: write KIND/NAME, such as environment/thesis`,
        );
      }
      return { kind, name };
    });
  }
  if (first === '' || rest.length === 0) {
    throw new AdrasteiaError(
      'UsageInvalid',
      `cannot tell which object is meant${first === '' ? '' : ` by ${JSON.stringify(first)}`}: write KIND/NAME, such as environment/thesis`,
    );
  }
  return rest.map((name) => ({ kind: first, name }));
}

/** A target with the type that its kind is in the cluster. `KindUnknown` where it isn't served. */
async function typeOfTarget(target: Target, discovery: Discovery): Promise<ResourceType> {
  return discovery.byName(target.kind);
}

/** The name of a target in its type's scope. */
export function nameIn(
  type: ResourceType,
  name: string,
  namespace: string,
): { readonly name: string; readonly namespace?: string } {
  return type.namespaced ? { name, namespace } : { name };
}

/** The object, with its type. `ApiNotFound` where there is none, `KindUnknown` where its kind isn't served. */
export async function getTarget(
  target: Target,
  { cluster, discovery, namespace }: Pick<OpenCluster, 'discovery' | 'namespace'> & { readonly cluster: Cluster },
): Promise<{ readonly type: ResourceType; readonly object: KubeObject }> {
  const type = await typeOfTarget(target, discovery);
  const object = await cluster.get(type, nameIn(type, target.name, namespace));
  if (object === undefined) throw notFound(type, target.name, namespace);
  return { type, object };
}

/** The error for an object that isn't there. */
export function notFound(type: ResourceType, name: string, namespace: string): AdrasteiaError {
  const place = type.namespaced ? `${namespace}/${name}` : name;
  return new AdrasteiaError(
    'ApiNotFound',
    `there is no ${type.kind} ${place}: adra get ${type.plural}${type.namespaced ? ' -A' : ''} lists those that are`,
  );
}
