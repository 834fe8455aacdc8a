/** Every kind as the controller runs it, and objects of them that suites share. */
import { kinds } from '../../constructs/kinds';
import type { Manifest } from '../../src/api/object';
import { kindKey, type ResourceType } from '../../src/api/resource-type';
import { runtimeKinds } from '../../src/controller/runtime-kinds';
import type { RuntimeKind } from '../../src/runtime/reconciler';

export function engineKinds(): readonly RuntimeKind[] {
  return runtimeKinds(kinds);
}

export function engineCrds(): readonly Manifest[] {
  return kinds.map((kind) => kind.crd());
}

/** Every type that an environment's tree may hold on a cluster without the Gateway API. */
export function appliedTypes(): readonly ResourceType[] {
  const types = new Map(
    kinds
      .flatMap(({ planner, type: { namespaced } }) => (namespaced ? (planner?.applies ?? []) : []))
      .map((type) => [kindKey(type), type]),
  );
  return [...types.values()].filter(({ group }) => group !== 'gateway.networking.k8s.io');
}

/** The type of a kind of ours, by its name and the group it belongs to. */
export function typeOf(kind: string, group = 'adrasteia.dev'): ResourceType {
  const found = kinds.find(({ type }) => type.kind === kind && type.group === group);
  if (found === undefined) throw new Error(`no kind ${kind}.${group}`);
  return found.type;
}

/** A template for any image, whose environments have every object that a container environment can have. */
export function anyTemplate(spec: Record<string, unknown> = {}, image = 'registry.example.org/app:1'): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'EnvironmentTemplate',
    metadata: { name: 'any' },
    spec: {
      displayName: 'Any image',
      workloads: [
        {
          name: 'main',
          container: {
            image,
            ports: [{ name: 'http', port: 8080 }],
            resources: { requests: { cpu: '1000m', memory: '1024Mi' } },
          },
          web: { port: 'http', signIn: 'App' },
          storage: { mountPath: '/home/dev', size: '1024Mi' },
        },
      ],
      ...spec,
    },
  };
}

export function anyEnvironment(name: string, spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'adrasteia.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name },
    spec: { templateRef: { kind: 'EnvironmentTemplate', name: 'any' }, owner: { kind: 'User', name: 'ada' }, ...spec },
  };
}

export function kode(name: string, spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'kode.jacero.io/v1alpha1',
    kind: 'Kode',
    metadata: { name },
    spec: { templateRef: { kind: 'KodeTemplate', name: 'editor' }, ...spec },
  };
}

export function kodeTemplate(spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'kode.jacero.io/v1alpha1',
    kind: 'KodeTemplate',
    metadata: { name: 'editor' },
    spec: { type: 'code-server', image: 'registry.example.org/editor:1', ...spec },
  };
}
