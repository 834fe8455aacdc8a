/**
 * How a Kode is reached from outside: as its template says (`entryPointSpec`), else as the one EntryPoint of its own namespace
 * says. v1alpha1 has no reference from a template to an EntryPoint.
 *
 * What can't be carried out is no hold: that would keep every other change from the Kode, a sign-in that is asked for among
 * them. The Kode runs on without an address, and its status says why.
 */
import { describeObject, type ObjectMeta } from '../../api/object';
import { describeProblems, type Problem } from '../../api/problem';
import type { EntryModel } from '../../model/environment-model';
import type { Lookup } from '../../plan/lookup';
import { admissionOf } from '../../schema/admitted';
import { entryAddress } from './entry-address';
import { type EntryPointObject, type EntryPointSpec, entryPointSchema } from './entry-point';
import type { KodeObject } from './kode';
import type { KodeTemplateObject } from './kode-template';
import { namespaceOf } from './references';
import { KODE_ENTRY_POINT } from './resource-types';

/** On an EntryPoint, or on a template with an entryPointSpec: the Gateway that leads to Kodes, as `NAME` or `NAMESPACE/NAME`. */
export const GATEWAY_ANNOTATION = 'adrasteia.dev/gateway';

/** On the same: the class of Ingresses. Default: the cluster's default class. */
export const INGRESS_CLASS_ANNOTATION = 'adrasteia.dev/ingress-class';

/** How a Kode is reached from outside. */
export type KodeEntry =
  /** Nothing says that it is. */
  | { readonly outcome: 'None' }
  | { readonly outcome: 'Entry'; readonly askedBy: string; readonly entry: EntryModel }
  /** It should be and isn't: why, and what to do. */
  | { readonly outcome: 'Refused'; readonly message: string };

/** What asks for an entry, whatever object holds it. */
interface EntryRequest {
  /** For messages: `EntryPoint team-a/public`. */
  readonly askedBy: string;
  /** Path of its fields. */
  readonly at: string;
  readonly api?: EntryPointSpec['api'];
  readonly routingType?: EntryPointSpec['routingType'];
  readonly url?: string;
  readonly metadata: ObjectMeta;
}

const admit = admissionOf<EntryPointObject>(entryPointSchema);

/** The entry of a Kode, whoever could come in by it. */
export function resolveEntry(kode: KodeObject, template: KodeTemplateObject, lookup: Lookup): KodeEntry {
  const inline = template.spec.entryPointSpec;
  if (inline !== undefined) {
    const { metadata } = template;
    const askedBy = `spec.entryPointSpec of ${describeObject(template)}`;
    return entryOf(kode, template, { askedBy, at: 'spec.entryPointSpec', metadata, ...inline });
  }
  const namespace = namespaceOf(kode);
  const [point, ...others] = lookup.list<EntryPointObject>(KODE_ENTRY_POINT, { namespace });
  if (point === undefined) return { outcome: 'None' };
  if (others.length > 0) {
    const names = [point, ...others].map(({ metadata }) => metadata.name).join(', ');
    return refused(
      `Namespace ${namespace} has more than one EntryPoint (${names}), and nothing says by which of them its Kodes are reached: keep one, or give the template an entryPointSpec`,
    );
  }
  const { metadata } = point;
  const askedBy = describeObject({ kind: KODE_ENTRY_POINT.kind, metadata });
  const { problems } = admit(point);
  if (problems.length > 0) return refused(`${askedBy} is invalid: ${describeProblems(problems)}`);
  const { api = point.spec.apiType, routingType = point.spec.type, url } = point.spec;
  return entryOf(kode, template, {
    askedBy,
    at: 'spec',
    metadata,
    url,
    ...(api === undefined ? {} : { api }),
    ...(routingType === undefined ? {} : { routingType }),
  });
}

function entryOf(kode: KodeObject, template: KodeTemplateObject, request: EntryRequest): KodeEntry {
  const { askedBy, at, api, routingType, url, metadata } = request;
  const problems: Problem[] = [
    ...missing(api, `${at}.api`, 'give ingress-api or gateway-api'),
    ...missing(routingType, `${at}.routingType`, 'give domain or path'),
    ...missing(url, `${at}.url`, 'give a domain such as kode.example.org'),
  ];
  const named = { name: kode.metadata.name, namespace: namespaceOf(kode) };
  const address = url === undefined ? undefined : entryAddress(url, routingType ?? 'path', named);
  if (address !== undefined && 'problem' in address) problems.push({ path: `${at}.url`, message: address.problem });
  const gateway = api === 'gateway-api' ? gatewayOf(metadata) : undefined;
  if (gateway !== undefined && 'problem' in gateway) {
    problems.push({ path: `metadata.annotations[${GATEWAY_ANNOTATION}]`, message: gateway.problem });
  }
  const isUnknown = address === undefined || 'problem' in address || (gateway !== undefined && 'problem' in gateway);
  if (isUnknown || problems.length > 0)
    return refused(`${askedBy} can't be carried out: ${describeProblems(problems)}`);
  const { isTls, host, path } = address;
  const className = metadata.annotations?.[INGRESS_CLASS_ANNOTATION];
  return {
    outcome: 'Entry',
    askedBy,
    entry: {
      host,
      path,
      // A desktop is told its path (SUBFOLDER); code-server knows none.
      basePath: template.spec.type === 'webtop' ? 'Keep' : 'Strip',
      annotations: {},
      ...(gateway === undefined ? {} : { gateway }),
      ...(gateway !== undefined || className === undefined ? {} : { ingressClassName: className }),
      ...(isTls ? { tls: {} } : {}),
    },
  };
}

const GATEWAY_NAME = /^(?:([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\/)?([a-z0-9](?:[-.a-z0-9]*[a-z0-9])?)$/;

/**
 * A class of Gateways has any number of them, so `gatewayClassName` names none. Without the annotation it is the Gateway that
 * kode-operator would have made for the entry point, in the Kode's namespace.
 */
function gatewayOf({
  name,
  annotations,
}: ObjectMeta): NonNullable<EntryModel['gateway']> | { readonly problem: string } {
  const given = annotations?.[GATEWAY_ANNOTATION];
  if (given === undefined) return { name: `${name}-gateway` };
  const [, namespace, named] = GATEWAY_NAME.exec(given) ?? [];
  if (named === undefined) return { problem: `"${given}" must name a Gateway, as NAME or NAMESPACE/NAME` };
  return { name: named, ...(namespace === undefined ? {} : { namespace }) };
}

function missing(value: unknown, path: string, remedy: string): readonly Problem[] {
  return value === undefined ? [{ path, message: `is missing: ${remedy}` }] : [];
}

function refused(message: string): KodeEntry {
  return { outcome: 'Refused', message };
}
