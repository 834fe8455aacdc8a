/** The families of a service's addresses, and how many it wants. */
import type { JsonObject } from '../../../../api/json';
import type { DraftObject } from '../../../draft';
import { type FieldError, invalidField } from '../../../field-error';
import { invalid } from '../../../status-error';
import { findIpAddress, findIpBlock } from '../../checks/ip-addresses';
import { mapAt, optionalTextAt, textAt, textsAt } from '../../json-members';
import { clusterIpErrors } from './cluster-ip-checks';
import type { ServicePool } from './service-pool';
import { isSameTexts } from './service-shape';

interface FamilySetting {
  readonly name: string;
  readonly pool: ServicePool;
  /** The spec before; undefined for a new service. */
  readonly old: JsonObject | undefined;
}

/** Sets `ipFamilyPolicy` and `ipFamilies`, in place. Throws `StatusError` 422 where the cluster doesn't have them. */
export function setIpFamilies(spec: DraftObject, { name, pool, old }: FamilySetting): void {
  if (textAt(spec, 'type') === 'ExternalName' || isUnchangedDualStack(spec, old)) return;
  const isOpen = textAt(spec, 'clusterIP') === 'None' && Object.keys(mapAt(spec, 'selector')).length === 0;
  spec['ipFamilyPolicy'] ??= optionalTextAt(old, 'ipFamilyPolicy') ?? (isOpen ? 'RequireDualStack' : 'SingleStack');
  throwAny(name, clusterIpErrors(spec, old));
  const configured = pool.clusterIpRanges.map((range) => familyOf(range.split('/')[0] ?? ''));
  const errors = old === undefined ? [] : releaseErrors(spec, old);
  errors.push(...countErrors(spec), ...familiesOfIps(spec, configured));
  throwAny(name, errors);
  if (isOpen) {
    setFamiliesOfOpenService(spec, configured[0] ?? 'IPv4');
    return;
  }
  throwAny(name, configurationErrors(spec, configured));
  const families = textsAt(spec, 'ipFamilies');
  const chosen = families.length === 0 ? configured.slice(0, 1) : families;
  const wantsBoth = textAt(spec, 'ipFamilyPolicy') !== 'SingleStack' && configured.length === 2;
  spec['ipFamilies'] = wantsBoth && chosen.length === 1 ? [...chosen, otherFamily(chosen[0] ?? '')] : [...chosen];
}

function throwAny(name: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: '', kind: 'Service' }, name, errors);
}

function familyOf(ip: string): string {
  const address = findIpAddress(ip) ?? findIpBlock(ip)?.address;
  if (address === undefined) return 'unknown';
  return address.bytes.length === 4 ? 'IPv4' : 'IPv6';
}

function otherFamily(family: string): string {
  return family === 'IPv4' ? 'IPv6' : 'IPv4';
}

/** A service that would like both families stays with what it has. */
function isUnchangedDualStack(spec: JsonObject, old: JsonObject | undefined): boolean {
  if (old === undefined || textAt(spec, 'ipFamilyPolicy') !== 'PreferDualStack') return false;
  const oldPolicy = optionalTextAt(old, 'ipFamilyPolicy');
  if (oldPolicy !== undefined && oldPolicy !== 'PreferDualStack') return false;
  return textAt(old, 'type') === textAt(spec, 'type') && isSameLists(spec, old, ['clusterIPs', 'ipFamilies']);
}

function isSameLists(a: JsonObject, b: JsonObject, keys: readonly string[]): boolean {
  return keys.every((key) => isSameTexts(textsAt(a, key), textsAt(b, key)));
}

/** What a service gives back: only one with a single stack gives back the second address and family. */
function releaseErrors(spec: DraftObject, old: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, what] of [
    ['clusterIPs', 'secondary cluster IP'],
    ['ipFamilies', 'secondary IP family'],
  ] as const) {
    const next = textsAt(spec, key);
    const before = textsAt(old, key);
    if (textAt(spec, 'ipFamilyPolicy') === 'SingleStack') {
      if (next.length > 1 && isSameTexts(next, before)) spec[key] = next.slice(0, 1);
    } else if (next.length > 0 && next.length < before.length) {
      const detail = `must be 'SingleStack' to release the ${what}`;
      errors.push(invalidField('spec.ipFamilyPolicy', textAt(spec, 'ipFamilyPolicy'), detail));
    }
  }
  return errors;
}

function countErrors(spec: JsonObject): FieldError[] {
  if (textAt(spec, 'ipFamilyPolicy') !== 'SingleStack') return [];
  return [
    ['clusterIPs', 'cluster IPs'],
    ['ipFamilies', 'IP families'],
  ].flatMap(([key = '', what = '']) => {
    const detail = `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    return textsAt(spec, key).length === 2 ? [invalidField('spec.ipFamilyPolicy', 'SingleStack', detail)] : [];
  });
}

/** Addresses that are asked for say their families. */
function familiesOfIps(spec: DraftObject, configured: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const families = [...textsAt(spec, 'ipFamilies')];
  const ips = textsAt(spec, 'clusterIPs');
  for (const [index, ip] of ips.entries()) {
    if (ip === 'None') break;
    if (index < families.length) continue;
    const family = familyOf(ip);
    if (configured.includes(family)) families.push(family);
    else
      errors.push(
        invalidField(`spec.clusterIPs[${String(index)}]`, ips, `${family} is not configured on this cluster`),
      );
  }
  if (families.length > 0) spec['ipFamilies'] = families;
  return errors;
}

/** Nobody knows what stands behind a service without address and selector: it may be of both families. */
function setFamiliesOfOpenService(spec: DraftObject, defaultFamily: string): void {
  const families = textsAt(spec, 'ipFamilies');
  const chosen = families.length === 0 ? [defaultFamily] : [...families];
  const wantsBoth = chosen.length < 2 && textAt(spec, 'ipFamilyPolicy') !== 'SingleStack';
  spec['ipFamilies'] = wantsBoth ? [...chosen, otherFamily(chosen[0] ?? '')] : chosen;
}

function configurationErrors(spec: JsonObject, configured: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const policy = textAt(spec, 'ipFamilyPolicy');
  if (policy === 'RequireDualStack' && configured.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalidField('spec.ipFamilyPolicy', policy, detail));
  }
  for (const [index, family] of textsAt(spec, 'ipFamilies').entries()) {
    if (configured.includes(family)) continue;
    errors.push(invalidField(`spec.ipFamilies[${String(index)}]`, family, 'not configured on this cluster'));
  }
  return errors;
}
