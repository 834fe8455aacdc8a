import { builtinResources, builtinSchema, objectMetaSchema } from '../../../src/apiserver/kubernetes';
import type { SchemaNode } from '../../../src/apiserver/schema/schema-node';

function at(apiVersion: string, kind: string, path: string): SchemaNode | undefined {
  return path
    .split('.')
    .reduce<SchemaNode | undefined>(
      (node, step) =>
        step === '[]' ? node?.items : step === '{}' ? node?.additionalProperties : node?.properties?.get(step),
      builtinSchema(apiVersion, kind),
    );
}

describe('the schemas of built-in kinds', () => {
  it('are there for every kind that a resource or subresource has', () => {
    const missing = builtinResources().flatMap(({ group, kind, listKind, versions }) =>
      versions.flatMap(({ version, subresources }) =>
        [{ kind }, ...(listKind === undefined ? [] : [{ kind: listKind }]), ...subresources].filter((of) => {
          const { group: ofGroup = group, version: ofVersion = version } = of as { group?: string; version?: string };
          return builtinSchema(ofGroup === '' ? ofVersion : `${ofGroup}/${ofVersion}`, of.kind) === undefined;
        }),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('are the same node each time, and none for what Kubernetes does not have', () => {
    expect(builtinSchema('apps/v1', 'Deployment')).toBe(builtinSchema('apps/v1', 'Deployment'));
    expect(builtinSchema('apps/v1', 'Widget')).toBeUndefined();
    expect(builtinSchema('apps/v1beta1', 'Deployment')).toBeUndefined();
    expect(builtinSchema('v1', '__proto__')).toBeUndefined();
  });

  it('share the nodes of a type: the schema of a CRD reaches itself', () => {
    const path = 'spec.versions.[].schema.openAPIV3Schema';
    const schema = at('apiextensions.k8s.io/v1', 'CustomResourceDefinition', path);
    expect(schema?.properties?.get('properties')?.additionalProperties?.properties).toBe(schema?.properties);
    expect(schema?.properties?.get('not')?.properties).toBe(schema?.properties);
    expect(schema?.properties?.get('items')?.anyOf?.[0]?.properties).toBe(schema?.properties);
    expect(at('v1', 'Pod', 'metadata')?.properties).toBe(objectMetaSchema().properties);
  });

  it.each([
    { because: 'of its format', of: ['v1', 'Secret', 'data.{}'], node: { type: 'string', format: 'byte' } },
    {
      because: 'of its format',
      of: ['v1', 'Pod', 'spec.containers.[].resources.limits.{}'],
      node: { format: 'quantity' },
    },
    { because: 'of its format', of: ['v1', 'Pod', 'metadata.creationTimestamp'], node: { format: 'date-time' } },
    {
      because: 'of its format',
      of: ['coordination.k8s.io/v1', 'Lease', 'spec.renewTime'],
      node: { format: 'micro-time' },
    },
    {
      because: 'it is an integer or a text',
      of: ['v1', 'Service', 'spec.ports.[].targetPort'],
      node: { intOrString: true },
    },
    {
      because: 'its items have names',
      of: ['v1', 'Pod', 'spec.containers.[].ports'],
      node: {
        listType: 'map',
        listMapKeys: ['containerPort', 'protocol'],
        patchStrategy: 'merge',
        patchMergeKey: 'containerPort',
      },
    },
    { because: 'it is one value', of: ['v1', 'Service', 'spec.selector'], node: { mapType: 'atomic' } },
    { because: 'it is one value', of: ['apps/v1', 'Deployment', 'spec.selector'], node: { mapType: 'atomic' } },
    { because: 'it has a default', of: ['v1', 'Service', 'spec.ports.[].protocol'], node: { default: 'TCP' } },
    { because: 'members are required', of: ['v1', 'Pod', 'spec'], node: { required: ['containers'] } },
    {
      because: 'Go leaves it out where it is zero',
      of: ['v1', 'Pod', 'metadata.creationTimestamp'],
      node: { wire: { goType: 'v1.Time', omitEmpty: true, omitZero: true, protobuf: 8 } },
    },
    {
      because: 'Go holds a pointer',
      of: ['apps/v1', 'Deployment', 'spec.replicas'],
      node: { wire: { goType: 'int32', omitEmpty: true, pointer: true, protobuf: 1 } },
    },
  ])('say of $of what they are: $because', ({ of: [apiVersion = '', kind = '', path = ''], node }) => {
    expect(at(apiVersion, kind, path)).toMatchObject(node);
  });
});
