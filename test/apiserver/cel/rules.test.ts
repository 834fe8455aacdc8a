/** Validation rules of CRDs as a Kubernetes 1.34 API server checks and applies them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import { celValidationRules } from '../../../src/apiserver/cel';
import { fieldErrorText } from '../../../src/apiserver/field-error';
import { schemaNodeOf } from '../../../src/apiserver/schema/structural-schema';

interface Answer {
  readonly name: string;
  readonly schema: JsonObject;
  readonly object?: JsonObject;
  readonly old?: JsonObject;
  /** Of the schema. */
  readonly check: readonly string[];
  /** Of the object. */
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}

const answers = JSON.parse(readFileSync(join(__dirname, 'rule-answers.json'), 'utf8')) as readonly Answer[];
const rules = celValidationRules();
const PATH = 'spec.validation.openAPIV3Schema';

/** Go visits properties in no order; types have numbers that are never the same. */
function sorted(texts: readonly string[]): readonly string[] {
  return texts.map((text) => text.replaceAll(/selfType\d*/g, 'selfType')).sort();
}

describe('validation rules', () => {
  it.each(answers)('are checked as the real server does: $name', ({ schema, check }) => {
    expect(sorted(rules.check(schema, { path: PATH }).map(fieldErrorText))).toEqual(sorted(check));
  });

  it.each(answers.filter(({ object }) => object !== undefined))(
    'are applied as the real server does: $name',
    ({ schema, object = {}, old, errors = [], warnings = [] }) => {
      const compiled = rules.compile(schemaNodeOf(schema));
      const warned: string[] = [];
      const told = compiled?.evaluate(object, old, (text) => warned.push(text)) ?? [];
      const none = compiled === undefined ? ['no validator'] : [];
      expect({ errors: [...sorted(told.map(fieldErrorText)), ...none], warnings: sorted(warned) }).toEqual({
        errors: sorted(errors),
        warnings: sorted(warnings),
      });
    },
  );

  it('are none where a schema has none', () => {
    expect(rules.compile(schemaNodeOf({ type: 'object' }))).toBeUndefined();
  });

  it('may each cost what they did before, though not together', () => {
    const costly = {
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'string' } } },
      'x-kubernetes-validations': [{ rule: 'self.a.all(x, self.a.all(y, x == y))' }],
    };
    const about = (old?: JsonObject): number =>
      rules.check(costly, { path: PATH, ...(old === undefined ? {} : { old }) }).length;
    expect([about(), about({ type: 'object' }), about(costly)]).toEqual([3, 3, 2]);
  });
});
