import { environmentKinds } from '../../../src/cli/cluster/environment-kinds';
import { findIntentField, intentPatch } from '../../../src/cli/cluster/intent';

const kindNamed = (name: string) => {
  const kind = environmentKinds.find(({ type }) => type.kind === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
};

describe('intent', () => {
  it('of an Environment is its desired state', () => {
    const intent = findIntentField(kindNamed('Environment'));
    expect(intent?.field).toBe('desiredState');
    expect(intent === undefined ? undefined : intentPatch(intent, 'stopped')).toEqual({
      spec: { desiredState: 'Stopped' },
    });
    expect(intent === undefined ? undefined : intentPatch(intent, 'running')).toEqual({
      spec: { desiredState: 'Running' },
    });
  });

  it('can’t be said in the API of a Kode', () => {
    expect(findIntentField(kindNamed('Kode'))).toBeUndefined();
  });

  it.each([
    { because: 'true runs', property: { running: { type: 'boolean' } }, patch: { spec: { running: false } } },
    { because: 'true stops', property: { hibernated: { type: 'boolean' } }, patch: { spec: { hibernated: true } } },
    { because: 'the word means something else', property: { running: { type: 'string' } }, patch: undefined },
  ])('follows from the schema: $because', ({ property, patch }) => {
    const environment = kindNamed('Environment');
    const schema = { openAPIV3Schema: { properties: { spec: { properties: property } } } };
    const crd = { ...environment.crd(), spec: { versions: [{ name: environment.type.version, schema }] } };
    const intent = findIntentField({ ...environment, crd: () => crd });
    expect(intent === undefined ? undefined : intentPatch(intent, 'stopped')).toEqual(patch);
  });
});
