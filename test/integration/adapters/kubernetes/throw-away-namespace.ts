/**
 * A namespace for one test file in the cluster that integration suites run against.
 */
import { randomBytes } from 'node:crypto';
import {
  type ConnectOptions,
  connectCluster,
  type KubernetesCluster,
} from '../../../../src/adapters/kubernetes/client';
import { testKubeconfig } from '../../../support/cluster';

const NAMESPACES = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
} as const;
export const CONFIG_MAPS = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
} as const;
export const CRDS = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
} as const;

export interface ThrowAway {
  readonly cluster: KubernetesCluster;
  readonly namespace: string;
  remove(): Promise<void>;
}

/** A connection to the cluster, and a namespace of its own in it. */
export async function throwAwayNamespace(options: ConnectOptions = {}): Promise<ThrowAway> {
  const cluster = connectCluster({ kubeconfig: testKubeconfig(), ...options });
  const namespace = `adapters-${randomBytes(5).toString('hex')}`;
  await cluster.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return {
    cluster,
    namespace,
    remove: async () => {
      await cluster.delete(NAMESPACES, { name: namespace });
      await cluster.close();
    },
  };
}

export interface ConfigMap {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}
