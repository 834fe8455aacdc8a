/** How workloads and custom objects are scaled. */
import type { KubeObject } from '../api/object';
import {
  scaleOf as customScaleOf,
  scaleToChange as customScaleToChange,
  withScale as withCustomScale,
} from './custom-resources/scale';
import { scaleErrors, scaleOf, withScale } from './kinds/scale';
import { builtinCodec, builtinSchema } from './kubernetes';
import type { ResourceRequest } from './requests/resource-request';
import type { ScaleAccess } from './requests/subresource-requests';
import type { Codec } from './resources/resource';
import { internalError, invalid } from './status-error';

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' } as const;

let codec: Codec | undefined;

function scaleCodec(): Codec {
  const schema = builtinSchema('autoscaling/v1', 'Scale');
  if (schema === undefined) throw internalError('autoscaling/v1 has no Scale');
  codec ??= builtinCodec(schema, SCALE);
  return codec;
}

/** The scale of a request's resource; undefined where it has none. */
export function scaleAccessOf({ resource, version }: ResourceRequest): ScaleAccess | undefined {
  const subresource = version.subresources.get('scale');
  if (subresource === undefined) return undefined;
  if (!resource.isCustom) {
    return {
      codec: scaleCodec(),
      scaleOf,
      scaleToChange: scaleOf,
      withScale: (object, scale) => {
        checkScale(scale);
        return withScale(object, scale);
      },
    };
  }
  const paths = subresource.scale;
  if (paths === undefined) return undefined;
  return {
    codec: scaleCodec(),
    scaleOf: (object) => customScaleOf(object, paths) as unknown as KubeObject,
    scaleToChange: (object) => customScaleToChange(object, paths) as unknown as KubeObject,
    withScale: (object, scale) => {
      checkScale(scale);
      return withCustomScale(object, scale as never, paths);
    },
  };
}

function checkScale(scale: KubeObject): void {
  const errors = scaleErrors(scale);
  if (errors.length > 0) throw invalid({ group: SCALE.group, kind: SCALE.kind }, scale.metadata.name, errors);
}
