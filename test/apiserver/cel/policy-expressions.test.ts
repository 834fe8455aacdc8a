/** Expressions of policies as a Kubernetes 1.34 API server takes and refuses them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { celExpressionCheck } from '../../../src/apiserver/cel';
import { draftOf } from '../../../src/apiserver/draft';
import { fieldErrorBody } from '../../../src/apiserver/field-error';
import { validatingAdmissionPolicyStrategy } from '../../../src/apiserver/kinds/admissionregistration/validating-admission-policy';

interface Answer {
  readonly title: string;
  readonly spec: JsonObject;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

const answers = JSON.parse(
  readFileSync(join(__dirname, 'policy-expression-answers.json'), 'utf8'),
) as readonly Answer[];
const strategy = validatingAdmissionPolicyStrategy(celExpressionCheck);

describe('the expressions of a policy', () => {
  it.each(answers)('are checked as the real server does: $title', ({ spec, causes }) => {
    const policy = draftOf({ metadata: { name: 'cel-x' }, spec });
    strategy.setDefaults?.(policy, 'v1');
    const context = { version: 'v1', subresource: '' } as unknown as Parameters<
      NonNullable<typeof strategy.validate>
    >[1];
    const errors = strategy.validate?.(policy as unknown as KubeObject, context) ?? [];
    expect(errors.map((error) => ({ reason: error.type, message: fieldErrorBody(error), field: error.field }))).toEqual(
      causes,
    );
  });
});
