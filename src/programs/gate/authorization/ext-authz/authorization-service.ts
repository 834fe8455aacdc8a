/** The one call of envoy.service.auth.v3.Authorization. */
import { Metadata, type MethodDefinition } from '@grpc/grpc-js';

const CHECK_PATH = '/envoy.service.auth.v3.Authorization/Check';

/** Messages stay bytes here: they are read where a failure can be answered. */
const asBytes = (bytes: Buffer): Buffer => bytes;

export const CHECK: MethodDefinition<Buffer, Buffer> = {
  path: CHECK_PATH,
  requestStream: false,
  responseStream: false,
  requestSerialize: asBytes,
  requestDeserialize: asBytes,
  responseSerialize: asBytes,
  responseDeserialize: asBytes,
};

/** Calls carry nothing beside their message. */
export const NO_METADATA = new Metadata();
