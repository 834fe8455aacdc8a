/** Makes and deletes pods for a workload, and tells of it in the workload's events. */
import type { KubeObject, Manifest } from '../../../api/object';
import type { ResourceType } from '../../../api/resource-type';
import { hasCode } from '../../../errors';
import type { EventRecorder } from '../event-recorder';
import { controllerReference } from '../ownership';
import { refusalMessage, saysNamespaceIsTerminating } from '../refusal';
import type { Store } from '../store';
import type { Pod, PodTemplate } from './pod';

export class PodControl {
  readonly #pods: Store<Pod>;
  readonly #events: EventRecorder;
  readonly #component: string;

  constructor(options: {
    readonly pods: Store<Pod>;
    readonly events: EventRecorder;
    /** Who the events are from. */
    readonly component: string;
  }) {
    this.#pods = options.pods;
    this.#events = options.events;
    this.#component = options.component;
  }

  /**
   * Makes pods: one, then two at a time, then four, until one fails, so that what is refused is refused once. Throws what the
   * cluster throws, unless the namespace is on its way out.
   */
  async createMany(owner: KubeObject, manifests: readonly Manifest[]): Promise<void> {
    const left = [...manifests];
    for (let size = 1; left.length > 0; size *= 2) {
      const outcomes = await Promise.allSettled(left.splice(0, size).map((manifest) => this.create(owner, manifest)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed === undefined) continue;
      if (saysNamespaceIsTerminating(failed.reason)) return;
      throw failed.reason;
    }
  }

  async create(owner: KubeObject, manifest: Manifest): Promise<Pod> {
    try {
      const pod = await this.#pods.create(manifest);
      this.#tell(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
      return pod;
    } catch (error) {
      if (!saysNamespaceIsTerminating(error)) {
        this.#tell(owner, 'Warning', 'FailedCreate', `Error creating: ${refusalMessage(error)}`);
      }
      throw error;
    }
  }

  async delete(owner: KubeObject, pod: Pod): Promise<void> {
    try {
      await this.#pods.delete(pod);
      this.#tell(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
    } catch (error) {
      if (hasCode(error, 'ApiNotFound')) return;
      this.#tell(owner, 'Warning', 'FailedDelete', `Error deleting: ${refusalMessage(error)}`);
      throw error;
    }
  }

  #tell(owner: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#events.record(this.#component, owner, { type, reason, message });
  }
}

/** A pod of a workload, named by the server. */
export function podManifest(owner: KubeObject, ownerType: ResourceType, template: PodTemplate): Manifest {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace ?? '',
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(ownerType, owner)],
    },
    spec: template.spec,
  };
}
