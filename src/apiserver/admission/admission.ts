/**
 * Admission: what may be changed in an object, and refused, between authorization and storage.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
import type { JsonObject } from '../../api/json';
import type { KubeObject } from '../../api/object';
import type { UserInfo } from '../authentication/authenticator';
import type { DraftObject } from '../draft';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** The request's options (`CreateOptions`, …). */
  readonly options: JsonObject;
  /** What is there already: for UPDATE and DELETE. */
  readonly oldObject?: KubeObject;
  /** Adds a text to the answer's `Warning` headers. */
  readonly warn: (text: string) => void;
}

export interface AdmissionPlugin {
  /** As Kubernetes calls it: `ResourceQuota`, `PodSecurity`, … */
  readonly name: string;
  /** May change the object in place. Throws `StatusError` to refuse. Not called for DELETE. */
  admit?(object: DraftObject, attributes: AdmissionAttributes): void | Promise<void>;
  /**
   * Throws `StatusError` to refuse. `object` is absent for DELETE. What it took up (quota) is given back by the function it
   * returns, called where the request fails afterwards.
   */
  validate?(
    object: KubeObject | undefined,
    attributes: AdmissionAttributes,
  ): Release | undefined | Promise<Release | undefined>;
}

/** Undoes what a plugin took up. */
export type Release = () => void | Promise<void>;
