/**
 * Where webhooks may be.
 * @see k8s.io/apiserver/pkg/util/webhook/validation.go, v0.34
 */
import { type FieldError, invalidField, requiredField } from '../field-error';
import { dns1123SubdomainErrors } from '../schema/name-rules';

const FORM = '; desired format: https://host[/path]';

/** What is wrong with the URL of a webhook. */
export function webhookUrlErrors(url: string, path: string): FieldError[] {
  const match = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url);
  const [, scheme = '', authority = '', , query = '', fragment = ''] = match ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const invalid = (value: string, detail: string): FieldError => invalidField(path, value, detail);
  return [
    ...(scheme.toLowerCase() === 'https'
      ? []
      : [invalid(scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`)]),
    ...(host === '' ? [invalid('', `host must be specified${FORM}`)] : []),
    ...(at < 0 ? [] : [invalid(authority.slice(0, at), 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalid(fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalid(query, 'query parameters are not permitted in the URL')]),
  ];
}

export interface WebhookService {
  readonly namespace: string;
  readonly name: string;
  readonly path?: string;
  readonly port?: number;
}

/** What is wrong with the service of a webhook. */
export function webhookServiceErrors(service: WebhookService, path: string): FieldError[] {
  const { name, namespace, port = 443 } = service;
  const errors: FieldError[] = [];
  if (name === '') errors.push(requiredField(`${path}.name`));
  if (namespace === '') errors.push(requiredField(`${path}.namespace`));
  if (port < 1 || port > 65_535) {
    errors.push(invalidField(`${path}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'));
  }
  return [...errors, ...pathErrors(service.path ?? '', `${path}.path`)];
}

function pathErrors(value: string, path: string): FieldError[] {
  if (value === '' || value === '/') return [];
  const invalid = (detail: string): FieldError => invalidField(path, value, detail);
  if (value === '//') return [invalid('segment[0] may not be empty')];
  const steps = value.slice(1).replace(/\/$/, '').split('/');
  return [
    ...(value.startsWith('/') ? [] : [invalid("must start with a '/'")]),
    ...steps.flatMap((step, index) => {
      const segment = `segment[${String(index)}]`;
      if (step === '') return [invalid(`${segment} may not be empty`)];
      return dns1123SubdomainErrors(step).map((error) => invalid(`${segment}: ${error}`));
    }),
  ];
}
