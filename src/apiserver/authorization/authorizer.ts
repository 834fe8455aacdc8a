/** Whether a user may do what a request asks. */
import type { UserInfo } from '../authentication/authenticator';

/** What is asked, as RBAC names it. */
export interface AccessAttributes {
  readonly user: UserInfo;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, `impersonate`, `bind`, …; for paths the HTTP method in lower case. */
  readonly verb: string;
  /** True for a request on a resource; false for one on a path such as `/healthz`. */
  readonly isResource: boolean;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** Why, for logs and access reviews; may be empty. */
  readonly reason: string;
}

export interface Authorizer {
  decide(attributes: AccessAttributes): AccessDecision;
}
