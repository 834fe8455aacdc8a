import type { Construct } from 'constructs';
import type { EntryModel } from '../../src/model/environment-model';
import { type Sidecar, sidecarOf } from './access';
import { type PartProps, partMeta } from './object-meta';
import { PlannedApiObject } from './planned';
import type { IngressSpec } from './shapes';

export interface IngressProps extends PartProps {
  readonly entry: EntryModel;
}

/** The Ingress through which an environment is opened from outside: one host, one path prefix, one Service. */
export class Ingress extends PlannedApiObject {
  constructor(scope: Construct, id: string, props: IngressProps) {
    const { model, layout } = props;
    const entry = askedEntry(props.entry, sidecarOf(model, layout));
    super(scope, id, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: partMeta(props, layout.names.ingress, { ...entry.annotations, ...rewriting(entry)?.annotations }),
      spec: ingressSpec({ ...props, entry }),
    });
  }
}

/**
 * True where the entry can be rendered. Taking the prefix off a path is no part of the Ingress API: a sidecar or a Gateway does
 * it, and without either it is known how to ask nginx for it, and nobody else.
 */
export function isRenderableEntry(entry: EntryModel, sidecar: Sidecar | undefined): boolean {
  const asked = askedEntry(entry, sidecar);
  return entry.gateway !== undefined || !stripsPrefix(asked) || rewriting(asked) !== undefined;
}

/** What the entry is asked for: a sidecar sees the whole path. */
export function askedEntry(entry: EntryModel, sidecar: Sidecar | undefined): EntryModel {
  return sidecar === undefined ? entry : { ...entry, basePath: 'Keep' };
}

function ingressSpec({ layout, entry }: IngressProps): IngressSpec {
  const { portName, port } = layout.service;
  const path = rewriting(entry)?.path ?? { path: entry.path, pathType: 'Prefix' };
  const host = entry.host === '' ? {} : { host: entry.host };
  const backend = {
    service: { name: layout.names.service, port: portName === undefined ? { number: port } : { name: portName } },
  };
  return {
    ...(entry.ingressClassName === undefined ? {} : { ingressClassName: entry.ingressClassName }),
    rules: [{ ...host, http: { paths: [{ ...path, backend }] } }],
    ...(entry.tls === undefined ? {} : { tls: [tlsOf(entry)] }),
  };
}

function tlsOf({ host, tls }: EntryModel): { hosts?: readonly string[]; secretName?: string } {
  return {
    ...(host === '' ? {} : { hosts: [host] }),
    ...(tls?.secretName === undefined ? {} : { secretName: tls.secretName }),
  };
}

function stripsPrefix(entry: EntryModel): boolean {
  return entry.basePath === 'Strip' && entry.path !== '/';
}

/** @see https://kubernetes.github.io/ingress-nginx/examples/rewrite/ */
function rewriting(
  entry: EntryModel,
): { path: { path: string; pathType: string }; annotations: Record<string, string> } | undefined {
  if (!stripsPrefix(entry) || entry.ingressClassName?.includes('nginx') !== true) return undefined;
  const literal = entry.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return {
    path: { path: `${literal}(/|$)(.*)`, pathType: 'ImplementationSpecific' },
    annotations: {
      'nginx.ingress.kubernetes.io/use-regex': 'true',
      'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
    },
  };
}
