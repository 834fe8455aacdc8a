import type { Manifest } from '../../../../src/api/object';
import { jupyterServerCorrections } from '../../../../src/dialects/amalthea';

function manifest(auth: object, apiVersion = 'renku.io/v1alpha1'): Manifest {
  return { apiVersion, kind: 'JupyterServer', metadata: { name: 'x' }, spec: { auth, routing: { host: 'h' } } };
}

const corrected = (object: Manifest) => jupyterServerCorrections(object, []);

describe('the corrections of a JupyterServer', () => {
  it('read a kind of sign-in as the sign-in that was meant', () => {
    const { manifest: result, corrections } = corrected(manifest({ kind: 'oidc', oidc: { clientId: 'a' } }));
    expect(result).toEqual(manifest({ oidc: { enabled: true, clientId: 'a' } }));
    expect(corrections).toEqual([
      { path: 'spec.auth.kind', message: 'no release had it: read as "oidc.enabled: true"' },
    ]);
  });

  it('read a bare client secret as its value', () => {
    const { manifest: result, corrections } = corrected(manifest({ oidc: { clientSecret: 'hush' } }));
    expect(result).toEqual(manifest({ oidc: { clientSecret: { value: 'hush' } } }));
    expect(corrections.map(({ path }) => path)).toEqual(['spec.auth.oidc.clientSecret']);
  });

  it('tell no secret', () => {
    expect(JSON.stringify(corrected(manifest({ oidc: { clientSecret: 'hush' } })).corrections)).not.toContain('hush');
  });

  it('change nothing at a second pass', () => {
    const { manifest: once } = corrected(manifest({ kind: 'oidc', oidc: { clientSecret: 'hush' } }));
    expect(corrected(once)).toEqual({ manifest: once, corrections: [] });
  });

  it.each([
    {
      because: 'a sign-in that says itself whether it is enabled',
      object: manifest({ kind: 'oidc', oidc: { enabled: false } }),
    },
    { because: 'a kind that means nothing', object: manifest({ kind: 'token', oidc: {} }) },
    { because: 'another kind of object', object: { ...manifest({ kind: 'oidc', oidc: {} }), kind: 'Kode' } },
    { because: 'another group', object: manifest({ kind: 'oidc', oidc: {} }, 'example.org/v1alpha1') },
    { because: 'an object without a spec', object: { ...manifest({}), spec: undefined } },
  ])('leave alone what is not theirs: $because', ({ object }) => {
    expect(corrected(object)).toEqual({ manifest: object, corrections: [] });
  });
});
