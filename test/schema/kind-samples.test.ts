import type { SchemaRule } from '../../src/schema/keywords';
import { objectNode } from '../../src/schema/object-node';
import type { SchemaNode } from '../../src/schema/schema-node';
import { validatorOf } from '../../src/schema/validator';
import { SAMPLES, SCHEMAS } from './kind-samples';

describe('the rules of our kinds', () => {
  test.each(SAMPLES.map((sample) => [`${sample.schema.type.kind}: ${sample.because}`, sample] as const))(
    '%s',
    (_, { schema, object, previous, path }) => {
      expect(validatorOf(schema)(object, previous).map((problem) => problem.path)).toEqual(
        path === undefined ? [] : [path],
      );
    },
  );

  test.each(SCHEMAS.map((schema) => [schema.type.kind, schema] as const))(
    'of %s each have a sample that breaks them',
    (_, schema) => {
      const broken = SAMPLES.filter((sample) => sample.schema === schema).flatMap(({ object, previous }) =>
        validatorOf(schema)(object, previous).map(({ message }) => message),
      );
      const messages = [
        ...(schema.rules ?? []).map(({ message }) => message),
        ...rulesBelow(objectNode(schema)).map(({ message }) => message),
      ];
      // Workloads are described alike by both kinds of template; their rules are broken by samples of one.
      const elsewhere = SAMPLES.flatMap((sample) =>
        validatorOf(sample.schema)(sample.object, sample.previous).map(({ message }) => message),
      );
      expect(messages.filter((message) => !broken.includes(message) && !elsewhere.includes(message))).toEqual([]);
    },
  );

  test.each(SCHEMAS.map((schema) => [schema.type.kind, schema] as const))(
    'of %s are all said in TypeScript as well',
    (_, schema) => {
      expect(rulesBelow(objectNode(schema)).filter(({ holds }) => holds === undefined)).toEqual([]);
    },
  );
});

function below(node: SchemaNode): readonly SchemaNode[] {
  return [
    ...(node.properties?.values() ?? []),
    ...(node.items === undefined ? [] : [node.items]),
    ...(node.values === undefined ? [] : [node.values]),
  ];
}

function rulesBelow(node: SchemaNode): readonly SchemaRule[] {
  return [...node.rules, ...below(node).flatMap(rulesBelow)];
}
