/**
 * A kind, as its folder declares it to everything else. The runtime and the doors know kinds only by this interface.
 */
import type { KubeObject, Manifest } from '../api/object';
import type { Problem } from '../api/problem';
import type { ResourceType } from '../api/resource-type';
import type { Lookup } from './lookup';
import type { Plan } from './plan';

export interface Kind<Tree = unknown> {
  readonly type: ResourceType;
  /** True where status is a subresource; false: it is written with the object. */
  readonly statusSubresource: boolean;
  /** The CustomResourceDefinition. */
  crd(): Manifest;
  /** Everything that is wrong with an object; empty where nothing is. Holds what the API server would check and what a schema can't say. */
  validate(object: Manifest): readonly Problem[];
  /** The object with what the API server would fill in, for doors that plan objects which no server has seen. Absent: nothing is. */
  withDefaults?(object: Manifest): Manifest;
  /** True where programs beside the controller act by its objects: they stay in the expanded form. Default false. */
  readonly isReadByPrograms?: boolean;
  /**
   * True: of tenants and workspaces. A platform serves them only if it is asked to, since the controller's rights grow with them:
   * it makes namespaces and binds roles. Default false.
   */
  readonly isTenancy?: boolean;
  /**
   * True: of the kinds of tenancy one that is neither a tenant nor a workspace. It is served by the controller that looks after
   * environments, whole, whichever tenants that one looks after. Default false.
   */
  readonly withEnvironments?: boolean;
  /** Absent: the kind is only read by others. */
  readonly planner?: Planner<Tree>;
}

export interface Planner<Tree = unknown> {
  /** Kinds that `plan` may ask for. Asserted at run time; the controller's RBAC is made from it. */
  readonly reads: readonly ResourceType[];
  /**
   * Further kinds that `plan` may ask for: where a controller doesn't serve them there is none of them, and where it does the right
   * to read them comes with them. Default none.
   */
  readonly readsIfServed?: readonly ResourceType[];
  /** Kinds that the tree may hold. Asserted at run time; the controller's RBAC is made from it. */
  readonly applies: readonly ResourceType[];
  /** Kinds below the applied ones that status looks at. */
  readonly observes: readonly ResourceType[];
  /**
   * Kinds whose absence is an answer for the doors too: they only explain, or tell what a cluster already holds. Of any other
   * kind that is asked for, the doors must be given the object. Default none.
   */
  readonly mayLack?: readonly ResourceType[];
  /** Kinds whose objects an external system of its plans gets by name, one at a time; the right to get them comes with it. Default none. */
  readonly fetches?: readonly ResourceType[];
  /** Verbs on its own objects that its trees give to others: nobody can give what they don't have, so the controller is granted them. */
  readonly delegates?: readonly OwnObjectVerb[];
  /** ClusterRoles that its trees bind: the platform ships them, and the controller may bind these by name and no others. Default none. */
  readonly binds?: readonly ShippedRole[];
  /** True where a plan may finalize or tear down: the controller is then granted `patch` on the object, for its finalizer. Default false. */
  readonly finalizes?: boolean;
  /** When its objects are looked at again though nothing has changed. Default never: watches tell. */
  readonly resync?: ResyncPause;
  /**
   * What says who gets in, as it should be now: while an object is paused nothing else is changed. Objects of its own that are
   * there, of kinds in `applies`; none where all say so already. Pure and synchronous. Default none.
   */
  whilePaused?(object: KubeObject, lookup: Lookup): readonly Manifest[];
  /** Pure and synchronous: the same object and answers give the same plan. */
  plan(object: KubeObject, lookup: Lookup): Plan<Tree>;
}

/** How long after the last look: at least `afterMs`, and at most `withinMs` more. */
export interface ResyncPause {
  readonly afterMs: number;
  readonly withinMs: number;
}

/** A verb on an object that a plan was made for, given to whom the object is about. `own` is one that only admission asks for. */
export type OwnObjectVerb = 'get' | 'list' | 'watch' | 'patch' | 'update' | 'own';

/** A ClusterRole that the platform ships. */
export interface ShippedRole {
  readonly name: string;
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** A tree as plans return it: what it depends on, and how it is built. Only `synth` calls `build`, and only when `inputs` differ. */
export interface TreeSource<Scope> {
  /** Everything the tree is made from, as JSON; two equal inputs give the same tree. */
  readonly inputs: unknown;
  build(scope: Scope): void;
}
