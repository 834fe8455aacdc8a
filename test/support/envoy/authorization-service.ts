/** envoy.service.auth.v3.Authorization, for servers of suites. */
import type { ServiceDefinition } from '@grpc/grpc-js';
import { CHECK } from '../../../src/programs/gate/authorization/ext-authz/authorization-service';

export const AUTHORIZATION_SERVICE = { Check: CHECK } satisfies ServiceDefinition;
