/** What is written of a custom resource's own metadata: our finalizer, and labels that its clients select by. */
import type { KubeObject } from '../api/object';
import { kindKey, type ResourceType } from '../api/resource-type';
import { FIELD_MANAGER, FINALIZER } from '../api/well-known';
import { hasCode } from '../errors';
import type { Cluster } from '../ports/cluster';
import type { RuntimeMetrics } from '../ports/metrics';
import type { Informer } from './informer';
import { nameOf } from './ownership';

export function hasFinalizer(object: KubeObject): boolean {
  return object.metadata.finalizers?.includes(FINALIZER) === true;
}

export class MetadataWriter {
  constructor(
    private readonly options: {
      readonly cluster: Cluster;
      readonly metrics: RuntimeMetrics;
      readonly informerOf: (kind: string) => Informer | undefined;
    },
  ) {}

  async addFinalizer(type: ResourceType, object: KubeObject): Promise<void> {
    const answer = await this.patchFinalizers(type, object, [...(object.metadata.finalizers ?? []), FINALIZER]);
    this.options.informerOf(kindKey(type))?.overlay(answer);
  }

  /** Lets the object go. One that is gone already is what was wanted. */
  async removeFinalizer(type: ResourceType, object: KubeObject): Promise<void> {
    const rest = (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    try {
      // The answer isn't kept: with the last finalizer the object is gone.
      await this.patchFinalizers(type, object, rest);
    } catch (error) {
      if (!hasCode(error, 'ApiNotFound')) throw error;
    }
  }

  /** Writes those of the labels that differ; null takes one off. */
  async label(type: ResourceType, object: KubeObject, wanted: Readonly<Record<string, string | null>>): Promise<void> {
    const { labels = {}, uid } = object.metadata;
    const differing = Object.entries(wanted).filter(([name, value]) => (labels[name] ?? null) !== value);
    if (differing.length === 0) return;
    const answer = await this.patch(type, object, { labels: Object.fromEntries(differing), uid });
    this.options.informerOf(kindKey(type))?.overlay(answer);
  }

  /** The resource version goes along: a list that changed meanwhile is a conflict, and is looked at again. */
  private patchFinalizers(type: ResourceType, object: KubeObject, finalizers: readonly string[]): Promise<KubeObject> {
    const { resourceVersion, uid } = object.metadata;
    return this.patch(type, object, { finalizers, resourceVersion, uid });
  }

  private async patch(type: ResourceType, { metadata }: KubeObject, change: object): Promise<KubeObject> {
    const { cluster, metrics } = this.options;
    const answer = await cluster.patch(
      type,
      nameOf(metadata),
      { metadata: change },
      { type: 'merge', fieldManager: FIELD_MANAGER },
    );
    metrics.written(kindKey(type), 'patch');
    return answer;
  }
}
