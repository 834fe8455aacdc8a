/** Secrets: data whose keys depend on the type, which stays. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KubeObject } from '../../../api/object';
import { type DraftObject, ensureObject, findObject } from '../../draft';
import { type FieldError, invalidField, requiredField, tooLongField } from '../../field-error';
import type { Strategy } from '../../resources/resource';
import { entryAt, hasKey, jsonOf, mapAt, textAt } from '../json-members';
import type { KindFacts } from '../kind-facts';
import { addProblems, configMapKeyProblems, immutableErrors } from '../metadata';
import { annotationsOf } from '../pod-template/pod-annotations';
import { memberCount } from '../table-cells';
import { columnsOf } from './column-definitions';
import { DATA_MAX_BYTES, decodedLength, immutableDataErrors } from './config-map';
import { metadataErrors, metadataUpdateErrors } from './strategy-parts';

const SERVICE_ACCOUNT_ANNOTATION = 'kubernetes.io/service-account.name';

const strategy: Strategy = {
  setDefaults: (secret) => {
    if (textAt(secret, 'type') === '') secret['type'] = 'Opaque';
    mergeStringData(secret);
  },
  validate: dataErrors,
  validateUpdate: (next, old) => [
    ...metadataUpdateErrors(next, old),
    ...immutableErrors(typeOf(next), typeOf(old), 'type'),
    ...immutableDataErrors(next, old, ['data']),
    ...metadataErrors(next, { namespaced: true }),
    ...dataErrors(next),
  ],
  warnings: (secret) => (typeOf(secret) === 'kubernetes.io/tls' ? certificateWarnings(dataOf(secret)) : []),
  fields: (secret) => ({ type: typeOf(secret) }),
  fieldNames: ['type'],
};

export const secrets: KindFacts = {
  strategy,
  columns: columnsOf('secrets', { Type: typeOf, Data: (secret) => memberCount(secret['data']) }),
};

function typeOf(secret: KubeObject): string {
  return textAt(jsonOf(secret), 'type');
}

function dataOf(secret: KubeObject): Readonly<Record<string, string>> {
  return mapAt(jsonOf(secret), 'data');
}

/** Texts that a writer gives beside the encoded data. */
function mergeStringData(secret: DraftObject): void {
  const texts = findObject(secret, 'stringData');
  if (texts === undefined) return;
  delete secret['stringData'];
  const entries = Object.entries(texts);
  if (entries.length === 0) return;
  const data = ensureObject(secret, 'data');
  for (const [key, text] of entries) {
    const encoded = Buffer.from(typeof text === 'string' ? text : '', 'utf8').toString('base64');
    // A plain assignment to this name would change the prototype.
    Object.defineProperty(data, key, { value: encoded, configurable: true, enumerable: true, writable: true });
  }
}

function dataErrors(secret: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const data = dataOf(secret);
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    addProblems(errors, `data[${key}]`, key, configMapKeyProblems(key));
    size += decodedLength(value);
  }
  if (size > DATA_MAX_BYTES) errors.push(tooLongField('data', DATA_MAX_BYTES));
  addTypeErrors(errors, secret, data);
  return errors;
}

function addTypeErrors(errors: FieldError[], secret: KubeObject, data: Readonly<Record<string, string>>): void {
  const need = (key: string) => {
    if (!hasKey(data, key)) errors.push(requiredField(`data[${key}]`));
  };
  switch (typeOf(secret)) {
    case 'kubernetes.io/service-account-token':
      if ((entryAt(annotationsOf(jsonOf(secret)), SERVICE_ACCOUNT_ANNOTATION) ?? '') === '') {
        errors.push(requiredField(`metadata.annotations[${SERVICE_ACCOUNT_ANNOTATION}]`));
      }
      return;
    case 'kubernetes.io/dockercfg':
      addJsonErrors(errors, data, '.dockercfg');
      return;
    case 'kubernetes.io/dockerconfigjson':
      addJsonErrors(errors, data, '.dockerconfigjson');
      return;
    case 'kubernetes.io/basic-auth':
      if (hasKey(data, 'username') || hasKey(data, 'password')) return;
      need('username');
      need('password');
      return;
    case 'kubernetes.io/ssh-auth':
      if ((entryAt(data, 'ssh-privatekey') ?? '') === '') errors.push(requiredField('data[ssh-privatekey]'));
      return;
    case 'kubernetes.io/tls':
      need('tls.crt');
      need('tls.key');
      return;
    default:
  }
}

function addJsonErrors(errors: FieldError[], data: Readonly<Record<string, string>>, key: string): void {
  const encoded = entryAt(data, key);
  if (encoded === undefined) {
    errors.push(requiredField(`data[${key}]`));
    return;
  }
  const problem = jsonProblem(Buffer.from(encoded, 'base64').toString('utf8'));
  if (problem !== undefined) errors.push(invalidField(`data[${key}]`, '<secret contents redacted>', problem));
}

/** Why a text is no JSON object, in the words of Go's decoder where it is the common case. */
function jsonProblem(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const first = text.trimStart()[0];
    const isBegun = first === undefined || '{["-0123456789tfn'.includes(first);
    return isBegun ? 'unexpected end of JSON input' : `invalid character '${first}' looking for beginning of value`;
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

/** What is said of a pair of certificate and key that no server could use. */
function certificateWarnings(data: Readonly<Record<string, string>>): string[] {
  const text = (key: string) => Buffer.from(entryAt(data, key) ?? '', 'base64').toString('latin1');
  const certificate = text('tls.crt');
  const key = text('tls.key');
  if (!/-----BEGIN [^-]+-----/.test(certificate)) return ['tls: failed to find any PEM data in certificate input'];
  if (!/-----BEGIN [^-]+-----/.test(key)) return ['tls: failed to find any PEM data in key input'];
  try {
    const matches = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return matches ? [] : ['tls: private key does not match public key'];
  } catch {
    return ['tls: failed to parse private key'];
  }
}
