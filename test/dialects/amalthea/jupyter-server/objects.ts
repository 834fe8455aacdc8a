/** JupyterServers as small as they can be, and what becomes of them. */
import type { Manifest } from '../../../../src/api/object';
import { jupyterServerKinds } from '../../../../src/dialects/amalthea';
import type {
  JupyterServerObject,
  JupyterServerSpec,
} from '../../../../src/dialects/amalthea/jupyter-server/jupyter-server';
import type { Translation } from '../../../../src/model/front-end';
import { applyDefaults } from '../../../../src/schema/defaults';
import { objectLookup } from '../../object-lookup';

const HOST = 'sessions.example.org';

/** The kind of a server, by its `apiVersion`. */
export function kindOf({ apiVersion }: Manifest) {
  const found = jupyterServerKinds.find(({ schema: { type } }) => `${type.group}/${type.version}` === apiVersion);
  if (found === undefined) throw new Error(`no kind ${apiVersion}`);
  return found;
}

/** A server of `amalthea.dev`, as an API server would hold it. */
export function server(
  spec: JupyterServerSpec = {},
  metadata: Partial<Manifest['metadata']> = {},
): JupyterServerObject & { readonly spec: JupyterServerSpec } {
  return stored('amalthea.dev', spec, metadata);
}

/** The same of `renku.io`. */
export function renkuServer(
  spec: JupyterServerSpec = {},
  metadata: Partial<Manifest['metadata']> = {},
): JupyterServerObject & { readonly spec: JupyterServerSpec } {
  return stored('renku.io', spec, metadata);
}

function stored(group: string, spec: JupyterServerSpec, metadata: Partial<Manifest['metadata']>) {
  const object = {
    apiVersion: `${group}/v1alpha1`,
    kind: 'JupyterServer',
    metadata: { name: 'thesis', namespace: 'team-a', uid: 'uid-thesis', ...metadata },
    spec: { ...spec, routing: { host: HOST, ...spec.routing } },
  };
  return applyDefaults(kindOf(object).schema, object);
}

/** The Gate of a cluster that has an access layer, and whose administrator lets servers have clients at these issuers. */
export const gateFor = (...clientIssuers: readonly string[]): Manifest => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Gate',
  metadata: { name: 'default' },
  spec: { url: 'https://gate.example.org', clientIssuers: [...clientIssuers] },
});

/** The same, for the issuer of `oidc`. */
export const gate = gateFor('https://id.example.org/realms/team');

/** A complete sign-in. */
export const oidc = {
  enabled: true,
  issuerUrl: 'https://id.example.org/realms/team',
  clientId: 'amalthea',
  clientSecret: { value: 'hush' },
  authorizedEmails: ['ada@example.org'],
};

/** What becomes of a server among other objects. */
function translated(object: JupyterServerObject, others: readonly Manifest[] = []): Translation {
  const { frontEnd } = kindOf(object);
  return frontEnd.translate(object, objectLookup([object, ...others]));
}

/** The same, where it has to be a model. */
export function modelled(
  object: JupyterServerObject,
  others?: readonly Manifest[],
): Extract<Translation, { outcome: 'model' }> {
  const translation = translated(object, others);
  if (translation.outcome !== 'model') throw new Error(`${translation.reason}: ${translation.message}`);
  return translation;
}

/** Why a server is held. */
export function heldBecause(object: JupyterServerObject, others?: readonly Manifest[]): string {
  const translation = translated(object, others);
  if (translation.outcome !== 'hold') throw new Error('not held');
  return `${translation.reason}: ${translation.message}`;
}

/** The one workload of a server. */
export function workloadOf(object: JupyterServerObject, others?: readonly Manifest[]) {
  const [workload] = modelled(object, others).model.workloads;
  if (workload === undefined) throw new Error('no workload');
  return workload;
}

/** The content of a configuration file of a server. */
export function configOf(object: JupyterServerObject, file: string, others?: readonly Manifest[]): string {
  const found = modelled(object, others).model.files.find(({ name }) => name === file);
  if (found === undefined) throw new Error(`no file ${file}`);
  return found.content;
}
