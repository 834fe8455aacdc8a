/** One line of JSON for each request, on standard output. No queries, no cookies, no names: tokens stand there, and people. */
import type { JsonObject } from '../../api/json';
import { typedConfig } from './typed-config';

const FIELDS = {
  time: '%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%',
  method: '%REQ(:METHOD)%',
  host: '%REQ(:AUTHORITY)%',
  path: '%PATH(NQ:ORIG_OR_PATH)%',
  protocol: '%PROTOCOL%',
  upgrade: '%REQ(UPGRADE)%',
  status: '%RESPONSE_CODE%',
  flags: '%RESPONSE_FLAGS%',
  details: '%RESPONSE_CODE_DETAILS%',
  milliseconds: '%DURATION%',
  bytesReceived: '%BYTES_RECEIVED%',
  bytesSent: '%BYTES_SENT%',
  client: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  requestId: '%REQ(X-REQUEST-ID)%',
};

/** The access log of the environment's listener. */
export function accessLog(): readonly JsonObject[] {
  return [
    {
      name: 'envoy.access_loggers.stdout',
      // The kubelet asks every few seconds.
      filter: { not_health_check_filter: {} },
      typed_config: typedConfig('envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', {
        log_format: { json_format: FIELDS },
      }),
    },
  ];
}
