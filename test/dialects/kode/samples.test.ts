/** The nine published examples of kode-operator's first release, as their authors would apply them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../../../src/api/object';
import { kodeCorrections, kodeFrontEnd, kodeKinds } from '../../../src/dialects/kode';
import type { KodeObject } from '../../../src/dialects/kode/kode';
import { applyDefaults } from '../../../src/schema/defaults';
import { validatorOf } from '../../../src/schema/validator';
import { objectLookup } from '../object-lookup';

const SAMPLES = join(__dirname, '../../../../shared/seeds/samples/kode');
const present = existsSync(SAMPLES);

const closedFor = (askedBy: string) => ({
  mode: 'Closed',
  reason: 'AccessLayerMissing',
  message: expect.stringContaining(`${askedBy} asks for a sign-in`) as string,
});

function read(): readonly Manifest[] {
  return present
    ? readdirSync(SAMPLES).map((file) => parse(readFileSync(join(SAMPLES, file), 'utf8')) as Manifest)
    : [];
}

/** What `adra apply` would store: corrected, in the namespace `default` where none is given, with defaults. */
function stored(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.map((manifest) => {
    const { manifest: corrected } = kodeCorrections(manifest, manifests);
    const known = kodeKinds.find(({ schema }) => schema.type.kind === corrected.kind);
    if (known === undefined) throw new Error(`unknown kind ${corrected.kind}`);
    const placed = known.schema.type.namespaced
      ? { ...corrected, metadata: { namespace: 'default', ...corrected.metadata } }
      : corrected;
    return applyDefaults(known.schema, placed);
  });
}

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it: without it there is nothing to compare
(present ? describe : describe.skip)(
  `the published examples${present ? '' : ' (skipped: ../shared/seeds/samples is not there)'}`,
  () => {
    const manifests = read();

    it('are nine', () => {
      expect(manifests).toHaveLength(9);
    });

    it.each([
      { name: 'my-kode-template', corrected: ['spec.envoyProxyRef.kind'] },
      { name: 'my-kode-instance', corrected: [] },
      { name: 'my-kode-cluster-template', corrected: [] },
      { name: 'my-envoy-proxy-template', corrected: [] },
      { name: 'code-server-template', corrected: ['apiVersion'] },
      { name: 'my-code-server', corrected: ['apiVersion'] },
      { name: 'basic-auth-proxy', corrected: ['apiVersion'] },
      { name: 'secure-code-server-template', corrected: ['apiVersion'] },
      { name: 'secure-code-server', corrected: ['apiVersion'] },
    ])('$name is corrected where it is wrong, and nowhere else', ({ name, corrected }) => {
      const manifest = manifests.find(({ metadata }) => metadata.name === name);
      expect(manifest && kodeCorrections(manifest, manifests).corrections.map(({ path }) => path)).toEqual(corrected);
    });

    it.each(stored(manifests).map((object) => ({ name: object.metadata.name, object })))(
      '$name is valid once corrected',
      ({ object }) => {
        const known = kodeKinds.find(({ schema }) => schema.type.kind === object.kind);
        expect(known && validatorOf(known.schema)(object)).toEqual([]);
      },
    );

    it.each([
      {
        name: 'my-kode-instance',
        because: 'its template asks for a proxy, so it is closed until that stands',
        access: closedFor('EnvoyProxyConfig default/my-envoy-proxy-template'),
        home: '/home/myuser',
        workspace: '/home/myuser/my-workspace',
        claim: 'my-kode-instance-pvc',
      },
      {
        name: 'my-code-server',
        because: 'its password is asked for by the app',
        access: { mode: 'Open' },
        home: '/config',
        workspace: '/config/my-project',
        claim: undefined,
      },
      {
        name: 'secure-code-server',
        because: 'the kind of its proxy configuration is honoured',
        access: closedFor('EnvoyProxyClusterConfig basic-auth-proxy'),
        home: '/config',
        workspace: '/config/my-secure-project',
        claim: undefined,
      },
    ])('$name becomes an environment: $because', ({ name, access, home, workspace, claim }) => {
      const objects = stored(manifests);
      const object = objects.find(({ metadata }) => metadata.name === name) as KodeObject;
      const translation = kodeFrontEnd.translate(object, objectLookup(objects));
      if (translation.outcome !== 'model') throw new Error(translation.message);
      const { model, layout } = translation;
      expect(model.access).toEqual(access);
      const app = model.workloads[0]?.app;
      expect(app?.mounts.map(({ mountPath }) => mountPath)).toEqual([home]);
      expect(app?.env).toContainEqual({ name: 'DEFAULT_WORKSPACE', value: workspace });
      expect(app?.env.some((variable) => variable['name'] === 'PASSWORD')).toBe(access.mode === 'Open');
      expect(Object.values(layout.names.claims).map((made) => made.name)).toEqual(claim === undefined ? [] : [claim]);
    });
  },
);
