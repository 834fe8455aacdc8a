/** Match conditions of webhooks; texts as a Kubernetes v1.34.4 API server says them. */
import type { JsonObject } from '../../../src/api/json';
import type { AdmissionAttributes } from '../../../src/apiserver/admission/admission';
import { webhookOf } from '../../../src/apiserver/admission/webhooks/webhook';
import { webhookConditions } from '../../../src/apiserver/cel';
import { StatusError } from '../../../src/apiserver/status-error';

const OBJECT: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'default' },
  data: { a: 'b' },
};
const ATTRIBUTES: AdmissionAttributes = {
  operation: 'CREATE',
  group: '',
  version: 'v1',
  resource: 'configmaps',
  kind: 'ConfigMap',
  subresource: '',
  namespace: 'default',
  name: 'x',
  user: { username: 'admin', groups: ['system:masters'] },
  dryRun: false,
  options: { kind: 'CreateOptions' },
  warn: () => undefined,
};
const meets = webhookConditions({ decide: ({ user }) => ({ allowed: user.username === 'admin', reason: '' }) });

function ask(failurePolicy: string, ...expressions: readonly string[]): boolean | string {
  const matchConditions = expressions.map((expression, index) => ({ name: `c${String(index)}`, expression }));
  try {
    return meets(webhookOf({ name: 'a.b.c', failurePolicy, matchConditions }), OBJECT, ATTRIBUTES);
  } catch (error) {
    if (error instanceof StatusError) return `${String(error.status.code)} ${error.status.message}`;
    throw error;
  }
}

const MISSING = "object.data.zz == 'q'";

describe('the match conditions of a webhook', () => {
  it.each([
    { policy: 'Fail', expressions: ['true', "object.data.a == 'b'"], told: true, because: 'all hold' },
    { policy: 'Fail', expressions: ['true', 'false'], told: false, because: 'one does not hold' },
    {
      policy: 'Fail',
      expressions: [MISSING, 'false'],
      told: false,
      because: 'one that does not hold outweighs a failure',
    },
    {
      policy: 'Fail',
      expressions: [MISSING, 'true'],
      told: `403 configmaps "x" is forbidden: expression '${MISSING}' resulted in error: no such key: zz`,
      because: 'a failure refuses the request',
    },
    { policy: 'Ignore', expressions: [MISSING], told: false, because: 'failures may be ignored' },
    {
      policy: 'Fail',
      expressions: [
        "request.resource.resource == 'configmaps' && request.userInfo.username == 'admin' && oldObject == null && namespaceObject == null",
      ],
      told: true,
      because: 'the request is there, but not its namespace',
    },
    {
      policy: 'Fail',
      expressions: ["authorizer.group('apps').resource('deployments').check('get').allowed()"],
      told: true,
      because: 'the authorizer is asked for the user',
    },
    {
      policy: 'Fail',
      expressions: [
        "authorizer.serviceAccount('default', 'x').group('apps').resource('deployments').check('get').allowed()",
      ],
      told: false,
      because: 'the authorizer is asked for a service account',
    },
  ])('tell whether it is called: $because', ({ policy, expressions, told }) => {
    expect(ask(policy, ...expressions)).toBe(told);
  });
});
