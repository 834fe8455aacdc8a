import { Construct } from 'constructs';
import type { AccessRules } from '../../src/model/environment-model';
import type { Sidecar } from './access';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';

const RBAC = 'rbac.authorization.k8s.io';

export interface GateReaderProps extends PartProps {
  readonly sidecar: Sidecar;
}

/**
 * The gate's right to read the Secrets that an environment's rules name, and no other: a Role and its binding. Without such
 * Secrets there is nothing.
 */
export class GateReader extends Construct {
  constructor(scope: Construct, id: string, props: GateReaderProps) {
    super(scope, id);
    const { access } = props.sidecar;
    const secrets = secretsOf(access.rules);
    if (secrets.length === 0) return;
    const name = `${props.model.name}-gate`;
    const { service } = access.gate;
    const role = new PlannedApiObject(this, 'role', {
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: partMeta(props, name),
      // A watch of one object by its name is a right on that name.
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: secrets, verbs: ['get', 'list', 'watch'] }],
    });
    new PlannedApiObject(this, 'binding', {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: partMeta(props, name),
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: service.name, namespace: service.namespace }],
    }).addDependency(role);
  }
}

/** The Secrets that the gate has to read, in the order of names. */
function secretsOf({ authenticate: { oidc, basic, bearer } }: AccessRules): readonly string[] {
  const names = [oidc?.client?.clientSecret.name, basic?.secret.name, bearer?.secret.name];
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
