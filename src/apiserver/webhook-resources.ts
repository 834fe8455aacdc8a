/** What admission webhooks must know of the resources that are served. */
import type { JsonObject } from '../api/json';
import type { KubeObject } from '../api/object';
import type { WebhookResources } from './admission/webhooks/admission-webhooks';
import type { DraftObject } from './draft';
import type { ResourceCatalogue } from './resources/catalogue';
import type { Resource } from './resources/resource';
import { internalError } from './status-error';

/** Webhooks see objects in the version that their rules name; other groups' views of the same objects are not told of. */
export function webhookResources(catalogue: ResourceCatalogue): WebhookResources {
  const isVirtual = (group: string, version: string, resource: string): boolean =>
    catalogue.findVirtual(group, version, resource) !== undefined;
  const getResource = (group: string, resource: string): Resource => {
    const found = catalogue.find(group, resource);
    if (found === undefined) throw internalError(`${resource} of group ${JSON.stringify(group)} is no longer served`);
    return found;
  };
  return {
    equivalents: ({ group, version, resource, kind }) =>
      [...(catalogue.find(group, resource)?.versions.keys() ?? [])]
        .filter((other) => other !== version)
        .map((other) => ({ group, version: other, resource, kind })),
    encode: (object: KubeObject, { group, version, resource }) => {
      // What isn't kept has one version, and nothing to convert.
      const seen = isVirtual(group, version, resource) ? object : getResource(group, resource).convert(object, version);
      return seen as unknown as JsonObject;
    },
    decode: (json, { group, version, resource }, attributes) => {
      if (isVirtual(group, version, resource)) return json as DraftObject;
      const found = getResource(group, resource);
      const decoded = found.versions.get(version)?.codec.decode(json).object ?? (json as DraftObject);
      return found.convert(decoded as unknown as KubeObject, attributes.version) as unknown as DraftObject;
    },
  };
}
