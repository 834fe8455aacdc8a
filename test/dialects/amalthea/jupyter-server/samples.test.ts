/** The published examples of Amalthea's JupyterServer, their placeholders filled in as their authors say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Manifest } from '../../../../src/api/object';
import { jupyterServerCorrections } from '../../../../src/dialects/amalthea';
import type { JupyterServerObject } from '../../../../src/dialects/amalthea/jupyter-server/jupyter-server';
import { applyDefaults } from '../../../../src/schema/defaults';
import { validatorOf } from '../../../../src/schema/validator';
import { gateFor, kindOf, modelled } from './objects';

const SAMPLES = join(__dirname, '../../../../../shared/seeds/samples/amalthea');
const present = existsSync(SAMPLES);

/** What stands for nothing in the examples: `name: ## ADD NAME`. */
const FILLED: Readonly<Record<string, string>> = {
  name: 'sample',
  namespace: 'default',
  host: 'sessions.example.org',
  token: 'my-token',
  issuerUrl: 'https://id.example.org',
  clientId: 'renku',
  clientSecret: 'hush',
  userId: '5ab3',
};

function filled(value: unknown, key = ''): unknown {
  if (value === null) return FILLED[key];
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, filled(member, name)]));
}

function sample(file: string): JupyterServerObject {
  const object = filled(parse(readFileSync(join(SAMPLES, file), 'utf8'))) as Manifest;
  return applyDefaults(kindOf(object).schema, object);
}

// eslint-disable-next-line no-restricted-syntax -- the folder is beside the repository, not in it: without it there is nothing to compare
(present ? describe : describe.skip)(
  `the published examples${present ? '' : ' (skipped: ../shared/seeds/samples is not there)'}`,
  () => {
    it('are three', () => {
      expect(readdirSync(SAMPLES).filter((file) => file.startsWith('jupyterserver-'))).toHaveLength(3);
    });

    it('are valid, but for two fields of the first one', () => {
      const told = ['jupyterserver-token', 'jupyterserver-oidc-real', 'jupyterserver-renku.io-seed2021-oidc'].map(
        (name) => validatorOf(kindOf(sample(`${name}.yaml`)).schema)(sample(`${name}.yaml`)).map(({ path }) => path),
      );
      expect(told).toEqual([[], [], ['spec.auth.kind', 'spec.auth.oidc.clientSecret']]);
    });

    it.each([
      {
        file: 'jupyterserver-token.yaml',
        because: 'it asks for its token itself',
        access: { mode: 'Open' },
        guarded: { authenticate: { method: 'None' }, authorize: [] },
        entry: { host: 'sessions.example.org', path: '/' },
      },
      {
        file: 'jupyterserver-oidc-real.yaml',
        because: 'its one address gets in after a sign-in at its provider',
        access: { mode: 'Closed', reason: 'AccessLayerMissing' },
        guarded: {
          authenticate: {
            method: 'OIDC',
            oidc: {
              client: { issuerUrl: 'http://kind-cluster/dex', callbackPath: '/my-scipy-session/oauth2/callback' },
            },
          },
          authorize: [{ grants: [{ email: 'me@example.com' }] }],
        },
        entry: {
          host: 'sessions.kind-cluster',
          path: '/my-scipy-session',
          annotations: { 'kubernetes.io/ingress.class': 'nginx' },
        },
      },
    ])('$file becomes an environment: $because', ({ file, access, guarded, entry }) => {
      expect(modelled(sample(file)).model).toMatchObject({ access, entry });
      const behind = modelled(sample(file), [gateFor('http://kind-cluster/dex')]);
      expect(behind.model).toMatchObject({ access: { mode: 'Gate', rules: guarded }, entry });
    });

    it('the first one becomes an environment once it is corrected', () => {
      const written = filled(
        parse(readFileSync(join(SAMPLES, 'jupyterserver-renku.io-seed2021-oidc.yaml'), 'utf8')),
      ) as Manifest;
      const { manifest, corrections } = jupyterServerCorrections(written, []);
      expect(corrections.map(({ path }) => path)).toEqual(['spec.auth.kind', 'spec.auth.oidc.clientSecret']);
      const object = applyDefaults(kindOf(manifest).schema, manifest) as JupyterServerObject;
      expect(modelled(object, [gateFor(object.spec?.auth?.oidc?.issuerUrl ?? '')]).model).toMatchObject({
        secrets: [{}, { data: { oidcClientSecret: 'hush' } }],
        access: { rules: { authorize: [{ grants: [{ claim: { name: 'sub', value: '5ab3' } }] }] } },
      });
    });
  },
);
