/**
 * Asks what users may do: `authorizer.group('apps').resource('deployments').check('create').allowed()`.
 * @see k8s.io/apiserver/pkg/cel/library/authz.go, v0.34
 */
import type { UserInfo } from '../../authentication/authenticator';
import { serviceAccountGroups, serviceAccountUsername } from '../../authentication/service-account-user';
import type { AccessAttributes, AccessDecision, Authorizer } from '../../authorization/authorizer';
import { dnsLabelProblems, dnsSubdomainProblems } from '../../kinds/metadata';
import { declare, type Library, member } from '../typing/declaration';
import { aString, taking } from '../typing/taking';
import { type CelType, structOf } from '../typing/type';
import { CelError, NO_SUCH_OVERLOAD, OpaqueValue, type Result, type Value } from '../values/value';

const PREFIX = 'kubernetes.authorization';

/** The type of the variable `authorizer`. */
export const AUTHORIZER: CelType = structOf(`${PREFIX}.Authorizer`);
/** The type of the variable `authorizer.requestResource`. */
export const RESOURCE_CHECK: CelType = structOf(`${PREFIX}.ResourceCheck`);

abstract class AuthorizationValue extends OpaqueValue {
  override equals(_other: Value): CelError {
    return NO_SUCH_OVERLOAD;
  }
}

/** What a user may do. */
export class AuthorizerValue extends AuthorizationValue {
  override readonly typeName = AUTHORIZER.name;

  constructor(
    readonly authorizer: Authorizer,
    readonly user: UserInfo,
  ) {
    super();
  }
}

class PathCheck extends AuthorizationValue {
  override readonly typeName = `${PREFIX}.PathCheck`;

  constructor(
    readonly asked: AuthorizerValue,
    readonly path: string,
  ) {
    super();
  }
}

class GroupCheck extends AuthorizationValue {
  override readonly typeName = `${PREFIX}.GroupCheck`;

  constructor(
    readonly asked: AuthorizerValue,
    readonly group: string,
  ) {
    super();
  }
}

type CheckedResource = Pick<AccessAttributes, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'>;

/** What a user may do with a resource. */
export class ResourceCheck extends AuthorizationValue {
  override readonly typeName = RESOURCE_CHECK.name;

  constructor(
    readonly asked: AuthorizerValue,
    readonly resource: CheckedResource,
  ) {
    super();
  }

  with(part: Partial<CheckedResource>): ResourceCheck {
    return new ResourceCheck(this.asked, { ...this.resource, ...part });
  }
}

class Decision extends AuthorizationValue {
  override readonly typeName = `${PREFIX}.Decision`;

  constructor(readonly decision: AccessDecision) {
    super();
  }
}

const anAuthorizer = (value: Value): value is AuthorizerValue => value instanceof AuthorizerValue;
const aPathCheck = (value: Value): value is PathCheck => value instanceof PathCheck;
const aGroupCheck = (value: Value): value is GroupCheck => value instanceof GroupCheck;
const aResourceCheck = (value: Value): value is ResourceCheck => value instanceof ResourceCheck;
const aDecision = (value: Value): value is Decision => value instanceof Decision;

const NO_RESOURCE = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' } as const;

function decided({ authorizer, user }: AuthorizerValue, attributes: Omit<AccessAttributes, 'user'>): Decision {
  return new Decision(authorizer.decide({ ...attributes, user }));
}

function checkPath({ asked, path }: PathCheck, verb: string): Decision {
  return decided(asked, { ...NO_RESOURCE, verb, isResource: false, path });
}

function checkResource({ asked, resource }: ResourceCheck, verb: string): Decision {
  return decided(asked, { ...resource, version: '*', verb, isResource: true, path: '' });
}

function forServiceAccount({ authorizer }: AuthorizerValue, namespace: string, name: string): Result {
  if (dnsSubdomainProblems(name).length > 0) return new CelError('Invalid service account name');
  if (dnsLabelProblems(namespace).length > 0) return new CelError('Invalid service account namespace');
  const username = serviceAccountUsername({ namespace, name });
  return new AuthorizerValue(authorizer, { username, groups: serviceAccountGroups(namespace) });
}

function ofGroup({ asked, group }: GroupCheck, resource: string): Result {
  if (resource.trim() === '') return new CelError('resource must not be empty');
  return new ResourceCheck(asked, { group, resource, subresource: '', namespace: '', name: '' });
}

function ofPath(asked: AuthorizerValue, path: string): Result {
  return path.trim() === '' ? new CelError('path must not be empty') : new PathCheck(asked, path);
}

/** A signature with the types of this library. */
function onCheck(signature: string, implementation: Parameters<typeof member>[1]): ReturnType<typeof member> {
  return member(signature.replaceAll('$', `${PREFIX}.`), implementation);
}

const AUTHORIZER_FUNCTIONS: Library = [
  declare('path', onCheck('authorizer_path($Authorizer, string) $PathCheck', taking([anAuthorizer, aString], ofPath))),
  declare(
    'group',
    onCheck(
      'authorizer_group($Authorizer, string) $GroupCheck',
      taking([anAuthorizer, aString], (asked, group) => new GroupCheck(asked, group)),
    ),
  ),
  declare(
    'serviceAccount',
    onCheck(
      'authorizer_serviceaccount($Authorizer, string, string) $Authorizer',
      taking([anAuthorizer, aString, aString], forServiceAccount),
    ),
  ),
];

/** RBAC knows no selectors: they change nothing here. */
const unchanged = taking([aResourceCheck, aString], (check) => check);

const CHECK_FUNCTIONS: Library = [
  declare(
    'resource',
    onCheck('groupcheck_resource($GroupCheck, string) $ResourceCheck', taking([aGroupCheck, aString], ofGroup)),
  ),
  declare(
    'subresource',
    onCheck(
      'resourcecheck_subresource($ResourceCheck, string) $ResourceCheck',
      taking([aResourceCheck, aString], (check, subresource) => check.with({ subresource })),
    ),
  ),
  declare(
    'namespace',
    onCheck(
      'resourcecheck_namespace($ResourceCheck, string) $ResourceCheck',
      taking([aResourceCheck, aString], (check, namespace) => check.with({ namespace })),
    ),
  ),
  declare(
    'name',
    onCheck(
      'resourcecheck_name($ResourceCheck, string) $ResourceCheck',
      taking([aResourceCheck, aString], (check, name) => check.with({ name })),
    ),
  ),
  declare('fieldSelector', onCheck('authorizer_fieldselector($ResourceCheck, string) $ResourceCheck', unchanged)),
  declare('labelSelector', onCheck('authorizer_labelselector($ResourceCheck, string) $ResourceCheck', unchanged)),
  declare(
    'check',
    onCheck('pathcheck_check($PathCheck, string) $Decision', taking([aPathCheck, aString], checkPath)),
    onCheck('resourcecheck_check($ResourceCheck, string) $Decision', taking([aResourceCheck, aString], checkResource)),
  ),
];

const DECISION_FUNCTIONS: Library = [
  declare(
    'errored',
    onCheck(
      'decision_errored($Decision) bool',
      taking([aDecision], () => false),
    ),
  ),
  declare(
    'error',
    onCheck(
      'decision_error($Decision) string',
      taking([aDecision], () => ''),
    ),
  ),
  declare(
    'allowed',
    onCheck(
      'decision_allowed($Decision) bool',
      taking([aDecision], ({ decision }) => decision.allowed),
    ),
  ),
  declare(
    'reason',
    onCheck(
      'decision_reason($Decision) string',
      taking([aDecision], ({ decision }) => decision.reason),
    ),
  ),
];

export const AUTHORIZATION: Library = [...AUTHORIZER_FUNCTIONS, ...CHECK_FUNCTIONS, ...DECISION_FUNCTIONS];
