/**
 * PersistentVolumes, as an external system: where the data of one lies, if that is a share on a server. The rest of a volume concerns
 * nobody who asks.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/json';
import { valueAt } from '../../api/object';
import type { ResourceType } from '../../api/resource-type';
import type { Share } from '../../plan/volume-source';
import type { Cluster } from '../../ports/cluster';
import type { ExternalSystem } from '../../ports/external-system';

const PERSISTENT_VOLUME: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  namespaced: false,
};

/** What was seen is kept by who asked, so this is how soon a failure is looked at again. */
const REFRESH_MS = 60_000;

export class Volumes implements ExternalSystem {
  constructor(private readonly options: { readonly cluster: Pick<Cluster, 'get'> }) {}

  /** `{name}` of a volume: its share, an empty object where it has none, null where it isn't there. */
  async observe(query: JsonValue): Promise<JsonValue> {
    const name = isJsonObject(query) ? query['name'] : undefined;
    if (typeof name !== 'string') throw new Error('which volume is asked for is not said');
    const volume = await this.options.cluster.get(PERSISTENT_VOLUME, { name });
    if (volume === undefined) return null;
    const share = shareOf(isJsonObject(volume.spec) ? volume.spec : {});
    return share === undefined ? {} : { ...share };
  }

  refreshMs(): number {
    return REFRESH_MS;
  }
}

/**
 * A volume of kind nfs, or of a CSI driver that writes down server and share: Rook's, whose server is a Service in the namespace of
 * its cluster, and csi-driver-nfs, which makes a directory of the share for each volume.
 */
function shareOf(spec: JsonObject): Share | undefined {
  const nfs = valueAt(spec, ['nfs']);
  if (isJsonObject(nfs)) return share(nfs['server'], nfs['path']);
  const attributes = valueAt(spec, ['csi', 'volumeAttributes']);
  if (!isJsonObject(attributes)) return undefined;
  const { server, share: root, clusterID, subdir } = attributes;
  return share(
    typeof clusterID === 'string' && typeof server === 'string' ? `${server}.${clusterID}` : server,
    typeof subdir === 'string' && typeof root === 'string' ? `${root.replace(/\/+$/, '')}/${subdir}` : root,
  );
}

function share(server: unknown, path: unknown): Share | undefined {
  return typeof server === 'string' && typeof path === 'string' && server !== '' && path !== ''
    ? { server, path }
    : undefined;
}
