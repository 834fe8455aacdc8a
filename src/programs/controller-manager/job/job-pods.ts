/** The pods that a job makes. Pure. */
import type { Manifest } from '../../../api/object';
import type { PodTemplate } from '../pods/pod';
import { podManifest } from '../pods/pod-control';
import { JOB } from '../resource-types';
import { INDEX_ANNOTATION, isIndexed, type Job, TRACKING_FINALIZER } from './job';

const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

interface WithEnvironment {
  readonly env?: readonly { readonly name: string }[];
}

/** A pod of a job; of an indexed one, that of a number. */
export function jobPod(job: Job, index: number | undefined): Manifest {
  const { metadata = {}, spec } = job.spec.template;
  const finalizers = [...new Set([...(metadata.finalizers ?? []), TRACKING_FINALIZER])];
  const template: PodTemplate = { metadata: { ...metadata, finalizers }, spec };
  if (!isIndexed(job) || index === undefined) return podManifest(job, JOB, template);
  const number = String(index);
  const manifest = podManifest(job, JOB, {
    metadata: {
      ...template.metadata,
      labels: { ...metadata.labels, [INDEX_ANNOTATION]: number },
      annotations: { ...metadata.annotations, [INDEX_ANNOTATION]: number },
    },
    spec: {
      ...spec,
      hostname: `${job.metadata.name}-${number}`,
      containers: spec.containers.map(withIndexVariable),
      ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(withIndexVariable) }),
    },
  });
  return { ...manifest, metadata: { ...manifest.metadata, generateName: `${job.metadata.name}-${number}-` } };
}

function withIndexVariable<C extends object>(container: C): C {
  const { env = [] } = container as WithEnvironment;
  if (env.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${INDEX_ANNOTATION}']` };
  return { ...container, env: [...env, { name: INDEX_VARIABLE, valueFrom: { fieldRef } }] };
}
