/** Every definition of our own kinds, and every foreign one that is at hand: accepted, established, and its examples decoded. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { kinds } from '../../../constructs/kinds';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { customResource } from '../../../src/apiserver/custom-resources/custom-resource';
import type { CustomResourceDefinition } from '../../../src/apiserver/custom-resources/definition';
import { definitionStrategy } from '../../../src/apiserver/custom-resources/definition-strategy';
import { nextStatus } from '../../../src/apiserver/custom-resources/establishment';
import { WITHOUT_RULES } from '../../../src/apiserver/custom-resources/validation-rules';
import { draftOf } from '../../../src/apiserver/draft';
import { fieldErrorText } from '../../../src/apiserver/field-error';
import { CREATION, NOW } from './context';

const FOREIGN = join(__dirname, '../../../../shared/seeds/crds');
const strategy = definitionStrategy(WITHOUT_RULES);

function foreign(): CustomResourceDefinition[] {
  if (!existsSync(FOREIGN)) return [];
  const files = readdirSync(FOREIGN, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => parse(readFileSync(join(FOREIGN, file), 'utf8')) as CustomResourceDefinition);
}

const definitions = [...kinds.map((kind) => kind.crd() as unknown as CustomResourceDefinition), ...foreign()].map(
  (definition) => ({ name: definition.metadata.name, definition }),
);

function prepared(definition: CustomResourceDefinition): CustomResourceDefinition {
  const object = draftOf(definition as unknown as JsonObject);
  strategy.setDefaults?.(object, 'v1');
  strategy.prepareForCreate?.(object, CREATION);
  return object as unknown as CustomResourceDefinition;
}

function established(definition: CustomResourceDefinition): CustomResourceDefinition {
  let current = prepared(definition);
  for (;;) {
    const status = nextStatus(current, { definitions: [current], now: NOW });
    if (status === undefined) return current;
    current = { ...current, status };
  }
}

describe.each(definitions)('the definition $name', ({ definition }) => {
  it('is accepted', () => {
    expect((strategy.validate?.(prepared(definition), CREATION) ?? []).map(fieldErrorText)).toEqual([]);
  });

  it('is established with the names it asks for', () => {
    const { status, spec } = established(definition);
    expect(status?.acceptedNames).toEqual(spec.names);
    expect(status?.conditions?.map(({ type, status: held }) => [type, held])).toEqual([
      ['NamesAccepted', 'True'],
      ['Established', 'True'],
    ]);
  });

  it('makes a resource whose versions decode what they decoded to the same', () => {
    const resource = customResource(established(definition));
    expect(resource.versions.size).toBeGreaterThan(0);
    for (const { version, codec } of resource.versions.values()) {
      const body: JsonObject = {
        apiVersion: `${resource.group}/${version}`,
        kind: resource.kind,
        metadata: { name: 'a', labels: { a: 'b' } },
        spec: {},
        nobodyKnows: true,
      };
      const { object, problems } = codec.decode(body);
      expect(problems).toContain('unknown field "nobodyKnows"');
      const again = codec.decode(object);
      expect(again).toEqual({ object, problems: [] });
      expect(resource.convert(object as unknown as KubeObject, version)).toBe(object);
    }
  });
});
