/** What policies say of the creation of ConfigMaps, as a Kubernetes v1.34.4 API server answers; recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../../src/api/json';
import { ask } from './policy-admission';

interface Answer {
  readonly title: string;
  readonly policy: JsonObject;
  readonly binding: JsonObject;
  readonly param?: JsonObject;
  readonly object: JsonObject & { readonly metadata: { readonly name: string } };
  readonly expected: {
    readonly code: number;
    readonly reason?: string;
    readonly message?: string;
    readonly details?: JsonObject;
  };
  /** The `Warning` header. */
  readonly warnings: string | null;
}

const answers = JSON.parse(readFileSync(join(__dirname, 'decision-answers.json'), 'utf8')) as readonly Answer[];

describe('a validating admission policy', () => {
  it.each(answers)(
    'decides as the real server does: $title',
    ({ policy, binding, param, object, expected, warnings }) => {
      const { status, warnings: warned } = ask(
        object,
        {
          operation: 'CREATE',
          group: '',
          version: 'v1',
          resource: 'configmaps',
          kind: 'ConfigMap',
          subresource: '',
          namespace: 'default',
          name: object.metadata.name,
          user: { username: 'admin', uid: 'abc', groups: ['system:masters'] },
          dryRun: true,
          options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', dryRun: ['All'] },
        },
        {
          'admissionregistration.k8s.io/validatingadmissionpolicies': [policy],
          'admissionregistration.k8s.io/validatingadmissionpolicybindings': [binding],
          '/configmaps': param === undefined ? [] : [param],
        },
      );
      const header = warned.map((text) => `299 - ${JSON.stringify(text)}`).join(', ');
      expect(header).toBe(warnings ?? '');
      if (status === undefined) expect(expected.code).toBe(201);
      else {
        const { code, reason, message, details } = status;
        expect({ code, reason, message, details }).toEqual(expected);
      }
    },
  );
});
