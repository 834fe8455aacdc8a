/** envoy.service.auth.v3.Authorization, as both who serves it and who asks it see it. */
import { Metadata, type MethodDefinition, type ServiceDefinition } from '@grpc/grpc-js';

const CHECK_PATH = '/envoy.service.auth.v3.Authorization/Check';

/** Messages stay bytes here: who serves reads them where a failure can be answered. */
const asBytes = (bytes: Buffer): Buffer => bytes;

/** The one call. */
export const CHECK: MethodDefinition<Buffer, Buffer> = {
  path: CHECK_PATH,
  requestStream: false,
  responseStream: false,
  requestSerialize: asBytes,
  requestDeserialize: asBytes,
  responseSerialize: asBytes,
  responseDeserialize: asBytes,
};

/** The service. */
export const AUTHORIZATION_SERVICE = { Check: CHECK } satisfies ServiceDefinition;

/** Calls carry nothing beside their message. */
export const NO_METADATA = new Metadata();
