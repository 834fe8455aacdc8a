/** Definitions as a Kubernetes v1.34.4 API server takes and refuses them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { definitionStrategy } from '../../../src/apiserver/custom-resources/definition-strategy';
import { WITHOUT_RULES } from '../../../src/apiserver/custom-resources/validation-rules';
import { draftOf } from '../../../src/apiserver/draft';
import { fieldErrorBody } from '../../../src/apiserver/field-error';
import { CREATION } from './context';

interface Answer {
  readonly name: string;
  readonly body: JsonObject;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
  readonly warnings?: readonly string[];
}

const answers = JSON.parse(readFileSync(join(__dirname, 'definition-answers.json'), 'utf8')) as readonly Answer[];
const strategy = definitionStrategy(WITHOUT_RULES);

function created(body: JsonObject): Omit<Answer, 'name' | 'body'> {
  const object = draftOf(body);
  strategy.setDefaults?.(object, 'v1');
  strategy.prepareForCreate?.(object, CREATION);
  const definition = object as unknown as KubeObject;
  const errors = strategy.validate?.(definition, CREATION) ?? [];
  const causes = errors.map((error) => ({
    reason: error.type,
    message: fieldErrorBody(error),
    field: error.field,
  }));
  const warnings = strategy.warnings?.(definition, undefined, CREATION) ?? [];
  return { ...(causes.length === 0 ? {} : { causes }), ...(warnings.length === 0 ? {} : { warnings }) };
}

describe('a new definition is taken and refused in the words and the order of Kubernetes', () => {
  it.each(answers)('case $name', ({ name: _, body, ...answer }) => {
    expect(created(body)).toEqual(answer);
  });
});
