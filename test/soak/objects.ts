/** The objects that the soak applies. */
import type { Manifest } from '../../src/api/object';
import { CPU } from './schedule';

/** Namespace of the environments. */
export const NAMESPACE = 'soak';

const TEMPLATE = 'idle';

/** The namespace and the template, in order. */
export function prerequisites(image: string): readonly Manifest[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    {
      apiVersion: 'adrasteia.dev/v1alpha1',
      kind: 'EnvironmentTemplate',
      metadata: { name: TEMPLATE, namespace: NAMESPACE },
      spec: {
        workloads: [
          {
            name: 'main',
            container: {
              image,
              resources: { requests: { cpu: CPU.before, memory: '4Mi' } },
              securityContext: { runAsUser: 1000, runAsGroup: 1000 },
            },
            storage: { mountPath: '/home/dev', size: '16Mi' },
          },
        ],
        allow: { overrides: ['resources'] },
      },
    },
  ];
}

/** An environment as its user applies it. */
export function environment(name: string): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name, namespace: NAMESPACE },
    spec: { templateRef: { kind: 'EnvironmentTemplate', name: TEMPLATE }, owner: { kind: 'User', name: 'ada' } },
  };
}
