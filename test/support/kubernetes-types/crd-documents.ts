/**
 * What a server's OpenAPI documents hold for custom resources, learnt from two that are made for it: one namespaced, with all
 * subresources, one cluster-scoped. The paths are the same for any other, with its names in place of theirs.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RealServer } from './real-server';

const GROUP = 'templates.example.com';
const VERSION = 'vtemplate';
const PATH = `apis/${GROUP}/${VERSION}`;
const DEFINITION = `com.example.templates.${VERSION}.`;
const TRIES = 60;

interface Swagger {
  readonly paths: Readonly<Record<string, unknown>>;
  readonly definitions: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** Makes the two and waits until they are in both documents. The server has them afterwards. */
export async function crdDocuments(server: RealServer): Promise<object> {
  await server.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd('Zzwidget', 'Namespaced'));
  await server.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd('Zzgadget', 'Cluster'));
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await readBoth(server);
    if (found === undefined) await delay(500);
    else return templates(found.v2, found.v3);
  }
  throw new Error('the server does not publish the custom resources made for it');
}

function crd(kind: string, scope: string): object {
  const plural = `${kind.toLowerCase()}s`;
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope,
      names: { plural, kind },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {}, scale },
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    },
  };
}

async function readBoth(server: RealServer): Promise<{ v2: Swagger; v3: OpenApi } | undefined> {
  const index = await server.json<{ paths: Record<string, unknown> }>('/openapi/v3');
  if (!(PATH in index.paths)) return undefined;
  const v3 = await server.json<OpenApi>(`/openapi/v3/${PATH}`);
  const v2 = await server.json<Swagger>('/openapi/v2');
  const isWhole = (names: Readonly<Record<string, unknown>>): boolean =>
    ['Zzwidget', 'Zzgadget'].every((kind) => `${DEFINITION}${kind}` in names);
  return isWhole(v2.definitions) && isWhole(v3.components.schemas) ? { v2, v3 } : undefined;
}

function templates(v2: Swagger, v3: OpenApi): object {
  const ofGroup = (paths: Readonly<Record<string, unknown>>): object =>
    Object.fromEntries(Object.entries(paths).filter(([path]) => path.startsWith(`/${PATH}/`)));
  const ofNobody = Object.entries(v3.components.schemas).filter(([name]) => !name.startsWith(DEFINITION));
  return {
    v2: { paths: ofGroup(v2.paths) },
    v3: { ...v3, paths: ofGroup(v3.paths), components: { schemas: Object.fromEntries(ofNobody) } },
    list: {
      v2: v2.definitions[`${DEFINITION}ZzwidgetList`],
      v3: v3.components.schemas[`${DEFINITION}ZzwidgetList`],
    },
    object: {
      v2: v2.definitions[`${DEFINITION}Zzwidget`],
      v3: v3.components.schemas[`${DEFINITION}Zzwidget`],
    },
  };
}
