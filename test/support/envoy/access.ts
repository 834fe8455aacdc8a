/** EnvironmentAccess objects for tests: an app that asks for no sign-in, at a host of its own, with what a test is about changed. */
import {
  ENVIRONMENT_ACCESS,
  type EnvironmentAccess,
  type EnvironmentAccessSpec,
} from '../../../src/access/environment-access';

export interface AccessChanges {
  readonly name?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly spec?: Partial<EnvironmentAccessSpec>;
}

/** `team-a/thesis` at http://thesis.example.org/, with its app on 18888 and its sidecar on 18080. */
export function environmentAccess({
  name = 'thesis',
  uid = 'uid-1',
  generation = 1,
  spec = {},
}: AccessChanges = {}): EnvironmentAccess {
  const { group, version, kind } = ENVIRONMENT_ACCESS.type;
  return {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { name, namespace: 'team-a', uid, generation },
    spec: {
      address: { scheme: 'http', host: 'thesis.example.org', path: '/' },
      listenPort: 18_080,
      app: { port: 18_888, basePath: 'Keep', view: 'None' },
      authenticate: { method: 'None' },
      authorize: [],
      ...spec,
    },
  };
}
