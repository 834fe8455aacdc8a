/**
 * Generates `src/apiserver/kubernetes/data/`: what Kubernetes says of its own kinds. As a program, against a control plane that
 * nobody has used yet (KUBECONFIG names it) and that is thrown away afterwards: `npm run cluster -- run -- node lib/test/support/kubernetes-types/generate.js`.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { bootstrapObjects } from './bootstrap-objects';
import { crdDocuments } from './crd-documents';
import { goTypes } from './go-types';
import { publishedSchemas } from './published-schemas';
import { type RealServer, realServer } from './real-server';
import { joinedTypes } from './type-table';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface V3Index {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

/** Writes the data modules into a folder. Refuses a server that serves custom resources: they would be part of the data. */
export async function generateKubernetesData(kubeconfig: string, outdir: string): Promise<void> {
  const server = realServer(kubeconfig);
  try {
    const crds = await server.json<{ items: unknown[] }>('/apis/apiextensions.k8s.io/v1/customresourcedefinitions');
    if (crds.items.length > 0) throw new Error('the server has CRDs: use a fresh one');
    const documents = await readDocuments(server);
    const facts = await readFacts(server);

    const schemas = publishedSchemas(Object.values(documents.v3).map(({ text }) => text));
    const go = goTypes();
    const served = new Set(Object.keys(documents.v3));
    const table = joinedTypes(go, schemas, ({ group, version, kind }) => {
      if (UNSERVED_BUT_SPOKEN.has(`${group}/${version}`) || `${group}/${version}/${kind}` === OLD_EVICTION) return true;
      return served.has(group === '' ? `api/${version}` : `apis/${group}/${version}`);
    });

    const custom = await crdDocuments(server);

    writeModule(outdir, 'type-table', 'The types behind Kubernetes’ own kinds.', JSON.stringify(table));
    writeModule(outdir, 'documents', 'The OpenAPI documents of a server without custom resources.', framed(documents));
    writeModule(outdir, 'crd-documents', 'What OpenAPI documents hold for a custom resource.', JSON.stringify(custom));
    writeModule(outdir, 'server-facts', 'Discovery, version and first objects of a server.', JSON.stringify(facts));
  } finally {
    server.close();
  }
}

/** Group versions that are no path of a server and still part of the API. */
const UNSERVED_BUT_SPOKEN: ReadonlySet<string> = new Set(['admission.k8s.io/v1', 'meta.k8s.io/v1']);
/** Taken by the eviction subresource of pods besides its newer version. */
const OLD_EVICTION = 'policy/v1beta1/Eviction';

interface Documents {
  readonly v2: string;
  /** Keyed as the index is: `apis/apps/v1`. */
  readonly v3: Readonly<Record<string, { readonly hash: string; readonly text: string }>>;
}

async function readDocuments(server: RealServer): Promise<Documents> {
  const v2 = await server.text('/openapi/v2');
  const v3: Record<string, { hash: string; text: string }> = {};
  for (const [path, { serverRelativeURL }] of Object.entries((await server.json<V3Index>('/openapi/v3')).paths)) {
    v3[path] = { hash: /hash=(\w+)/.exec(serverRelativeURL)?.[1] ?? '', text: await server.text(serverRelativeURL) };
  }
  return { v2, v3 };
}

async function readFacts(server: RealServer): Promise<object> {
  const groups = await server.json<{ groups: { versions: { groupVersion: string }[] }[] }>('/apis');
  const paths = ['/api/v1', ...groups.groups.flatMap(({ versions }) => versions.map((v) => `/apis/${v.groupVersion}`))];
  const resources: Record<string, unknown> = {};
  for (const path of paths) resources[path] = await server.json(path);
  return {
    version: await server.json('/version'),
    groups,
    resources,
    aggregated: { api: await server.json('/api', AGGREGATED), apis: await server.json('/apis', AGGREGATED) },
    objects: await bootstrapObjects(server),
  };
}

/** One line of JSON that says how long each text is in bytes, then the texts. */
function framed({ v2, v3 }: Documents): string {
  const size = (text: string): number => Buffer.byteLength(text);
  const head = {
    v2: size(v2),
    v3: Object.entries(v3).map(([path, { hash, text }]) => ({ path, hash, size: size(text) })),
  };
  return `${JSON.stringify(head)}\n${v2}${Object.values(v3)
    .map(({ text }) => text)
    .join('')}`;
}

function writeModule(outdir: string, name: string, what: string, text: string): void {
  const bytes = Buffer.from(text);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const data = brotliCompressSync(bytes, { params }).toString('base64');
  const head = `/** ${what} Generated by test/support/kubernetes-types; base64 of Brotli. */\n`;
  writeFileSync(join(outdir, `${name}.ts`), `${head}export const data =\n  '${data}';\n`);
}

if (require.main === module) {
  const kubeconfig = process.env['KUBECONFIG'];
  if (kubeconfig === undefined) throw new Error('KUBECONFIG names no control plane');
  void generateKubernetesData(kubeconfig, resolve(process.argv[2] ?? 'src/apiserver/kubernetes/data'));
}
