/**
 * Admission by policies in CEL.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
import type { JsonObject } from '../../../api/json';
import type { KubeObject } from '../../../api/object';
import { objectAt, stringAt, stringsAt } from '../../authentication/json-members';
import type { Authorizer } from '../../authorization/authorizer';
import { type PolicyVerdict, policyProgram } from '../../cel';
import type { ObjectReader } from '../../resources/object-reader';
import { isStatusError, notFound, StatusError } from '../../status-error';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { refusedByAdmission } from '../refusal';
import type { WebhookResources } from '../webhooks/admission-webhooks';
import type { VersionedResource } from '../webhooks/webhook';
import { ConfigurationError } from './configuration-error';
import { findMatchedResource, type MatchContext } from './matched-resource';
import {
  findParameterKind,
  type ParameterRequest,
  type ParameterSource,
  parameterResource,
  parametersOf,
} from './parameters';

export interface ValidatingAdmissionPolicyDependencies {
  readonly reader: ObjectReader;
  /** Behind the variable `authorizer`. */
  readonly authorizer: Authorizer;
  readonly resources: Pick<WebhookResources, 'equivalents' | 'encode'>;
  /** The resource of the kind of parameters. */
  readonly findParameterResource: ParameterSource['findResource'];
}

const GROUP = 'admissionregistration.k8s.io';
const POLICIES = { group: GROUP, resource: 'validatingadmissionpolicies' } as const;
const BINDINGS = { group: GROUP, resource: 'validatingadmissionpolicybindings' } as const;
const NAMESPACES = { group: '', resource: 'namespaces' } as const;
const CODES: ReadonlyMap<string, number> = new Map([
  ['Unauthorized', 401],
  ['Forbidden', 403],
  ['RequestEntityTooLarge', 413],
]);
const INVALID = 422;

/** Why a request is refused. */
interface Refusal {
  readonly policy: string;
  /** Empty where the policy itself is to blame. */
  readonly binding: string;
  readonly message: string;
  readonly reason: string;
}

/** The policies, which are asked in the order of their names. */
export function validatingAdmissionPolicy(dependencies: ValidatingAdmissionPolicyDependencies): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionPolicy',
    validate(object, attributes) {
      const bindings = dependencies.reader.list(BINDINGS, '');
      if (bindings.length === 0) return undefined;
      const refusals = new PolicyAdmission(object, attributes, dependencies).refusals(bindings);
      const first = refusals[0];
      if (first !== undefined) throw refused(first, object, attributes);
      return undefined;
    },
  };
}

function refused(
  { policy, binding, message, reason }: Refusal,
  object: KubeObject | undefined,
  attributes: AdmissionAttributes,
): StatusError {
  const by = binding === '' ? '' : ` with binding '${binding}'`;
  const told = `ValidatingAdmissionPolicy '${policy}'${by} denied request: ${message}`;
  const { status } = refusedByAdmission(attributes, object, told, [{ message: told }]);
  const named = reason === '' ? 'Invalid' : reason;
  return new StatusError(CODES.get(named) ?? INVALID, named, status.message, status.details);
}

/** One request before the policies. */
class PolicyAdmission {
  private readonly found: Refusal[] = [];
  private readonly match: MatchContext;
  private namespace: JsonObject | undefined;

  constructor(
    private readonly object: KubeObject | undefined,
    private readonly attributes: AdmissionAttributes,
    private readonly dependencies: ValidatingAdmissionPolicyDependencies,
  ) {
    const { reader, resources } = dependencies;
    this.match = { reader, equivalents: () => resources.equivalents(attributes) };
  }

  /** In the order in which they are found. */
  refusals(bindings: readonly KubeObject[]): readonly Refusal[] {
    const byPolicy = new Map<string, KubeObject[]>();
    for (const binding of bindings) {
      const name = stringAt(binding, 'spec', 'policyName');
      byPolicy.set(name, [...(byPolicy.get(name) ?? []), binding]);
    }
    for (const name of [...byPolicy.keys()].sort()) {
      const policy = this.dependencies.reader.find(POLICIES, '', name);
      if (policy !== undefined) this.ask(policy, byPolicy.get(name) ?? []);
    }
    return this.found;
  }

  private ask(policy: KubeObject, bindings: readonly KubeObject[]): void {
    this.configured(policy, undefined, () => {
      const seenAs = this.findMatch(objectAt(policy, 'spec', 'matchConstraints') ?? {});
      if (seenAs === undefined) return;
      const kind = findParameterKind(policy as unknown as JsonObject);
      const { namespace } = this.attributes;
      const parameters =
        kind === undefined ? undefined : { kind, resource: parameterResource(kind, this.parameterSource), namespace };
      for (const binding of bindings) {
        this.configured(policy, binding, () => this.apply(policy, binding, { seenAs, parameters }));
      }
    });
  }

  /** Runs what may find that the policy, or the binding, can't be used. */
  private configured(policy: KubeObject, binding: KubeObject | undefined, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      if (stringAt(policy, 'spec', 'failurePolicy') === 'Ignore') return;
      const what = binding === undefined ? 'policy' : 'binding';
      this.refuse(policy, binding, `failed to configure ${what}: ${error.message}`);
    }
  }

  private refuse(policy: KubeObject, binding: KubeObject | undefined, message: string, reason = ''): void {
    this.found.push({ policy: policy.metadata.name, binding: binding?.metadata.name ?? '', message, reason });
  }

  private get parameterSource(): ParameterSource {
    const { reader, resources, findParameterResource } = this.dependencies;
    return { reader, encode: resources.encode.bind(resources), findResource: findParameterResource };
  }

  private findMatch(match: JsonObject): VersionedResource | undefined {
    try {
      return findMatchedResource(match, this.object, this.attributes, this.match);
    } catch (error) {
      if (isStatusError(error)) throw new ConfigurationError(error.message);
      throw error;
    }
  }

  private apply(
    policy: KubeObject,
    binding: KubeObject,
    { seenAs, parameters }: { readonly seenAs: VersionedResource; readonly parameters: ParameterRequest | undefined },
  ): void {
    const matchResources = objectAt(binding, 'spec', 'matchResources');
    if (matchResources !== undefined && this.findMatch(matchResources) === undefined) return;
    const params = parametersOf(binding as unknown as JsonObject, parameters, this.parameterSource);
    const namespace = this.namespaceOfRequest();
    const encode = (object: KubeObject | undefined): JsonObject | undefined =>
      object === undefined ? undefined : this.dependencies.resources.encode(object, seenAs);
    const { attributes, object } = this;
    const seen = { object: encode(object), oldObject: encode(attributes.oldObject) };
    for (const param of params) {
      const verdict = policyProgram(policy).judge({
        attributes,
        kind: seenAs,
        resource: seenAs,
        ...seen,
        params: param,
        namespace,
        authorizer: this.dependencies.authorizer,
      });
      this.act(policy, binding, verdict);
    }
  }

  /** Undefined for what is in no namespace, and for namespaces. */
  private namespaceOfRequest(): JsonObject | undefined {
    const { group, version, kind, namespace } = this.attributes;
    if (namespace === '' || (group === '' && version === 'v1' && kind === 'Namespace')) return undefined;
    if (this.namespace !== undefined) return this.namespace;
    const found = this.dependencies.reader.find(NAMESPACES, '', namespace);
    if (found === undefined) throw notFound(NAMESPACES, namespace);
    this.namespace = found as unknown as JsonObject;
    return this.namespace;
  }

  private act(policy: KubeObject, binding: KubeObject, { denials, annotationErrors }: PolicyVerdict): void {
    const actions = stringsAt(binding, 'spec', 'validationActions');
    for (const { message, reason } of denials) {
      if (actions.includes('Deny')) this.refuse(policy, binding, message, reason);
      if (actions.includes('Warn')) {
        const by = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}'`;
        this.attributes.warn(`Validation failed for ${by}: ${message}`);
      }
    }
    for (const message of annotationErrors) this.refuse(policy, binding, message);
  }
}
