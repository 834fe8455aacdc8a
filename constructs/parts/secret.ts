import type { Construct } from 'constructs';
import type { SecretModel } from '../../src/model/environment-model';
import { secretName } from './layout-name';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';

export interface SecretProps extends PartProps {
  readonly secret: SecretModel;
}

/**
 * A Secret of an environment. Given values are in the manifest; values made once are only named there, and the runtime
 * makes them. Throws `LayoutIncomplete`.
 */
export class Secret extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: SecretProps) {
    const { id: secretId, data, generate } = props.secret;
    const encoded = Object.entries(data ?? {}).map(
      ([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')] as const,
    );
    super(
      scope,
      id,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: partMeta(props, secretName(props.layout, secretId)),
        type: 'Opaque',
        ...(encoded.length === 0 ? {} : { data: Object.fromEntries(encoded) }),
      },
      generate === undefined ? {} : { handling: { generate } },
    );
  }
}
