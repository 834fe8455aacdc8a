/** An environment's access, and requests to it, for tests to change. */
import {
  ENVIRONMENT_ACCESS,
  type EnvironmentAccess,
  type EnvironmentAccessSpec,
} from '../../../../src/access/environment-access';
import { apiVersionOf } from '../../../../src/api/resource-type';
import type { Answer, GateRequest, Header } from '../../../../src/programs/gate/request';

export const ENVIRONMENT = 'team/thesis';

export function accessWith(spec: Partial<EnvironmentAccessSpec> = {}, name = 'thesis'): EnvironmentAccess {
  return {
    apiVersion: apiVersionOf(ENVIRONMENT_ACCESS.type),
    kind: ENVIRONMENT_ACCESS.type.kind,
    metadata: { namespace: 'team', name, uid: `uid-of-${name}` },
    spec: {
      displayName: 'Thesis',
      address: { scheme: 'https', host: 'thesis.example.org', path: '/' },
      listenPort: 8000,
      app: { port: 8888, basePath: 'Keep', view: 'None' },
      authenticate: { method: 'OIDC' },
      authorize: [{ grants: [{ user: 'ada', level: 'Use' }] }],
      ...spec,
    },
  };
}

export function requestWith({ headers = {}, ...rest }: Partial<GateRequest> = {}): GateRequest {
  return {
    method: 'GET',
    host: 'thesis.example.org',
    path: '/lab?token=secret',
    sourceAddress: '192.0.2.7',
    headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', ...headers },
    ...rest,
  };
}

/** What an answer says in short: Allowed, or its status and reason. */
export function outcomeOf(answer: Answer): string {
  if (answer.outcome === 'Allowed') return 'Allowed';
  const reason = /Reason: (\w+)|"reason":"(\w+)"/.exec(answer.body);
  return `${answer.status} ${reason?.[1] ?? reason?.[2] ?? ''}`.trim();
}

export function headerOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find((header) => header.name === name)?.value;
}
