/**
 * Where a webhook is called: a URL, or a service of the cluster.
 * @see k8s.io/apiserver/pkg/util/webhook/validation.go, v0.34
 */
import type { JsonObject } from '../../../api/json';
import { type FieldError, invalidField, requiredField } from '../../field-error';
import { numberAt, objectAt, optionalTextAt, textAt } from '../json-members';
import { dnsSubdomainProblems, portNumberProblems } from '../metadata';

const FORM = '; desired format: https://host[/path]';
const URL_PARTS = /^(?:([A-Za-z][-+.A-Za-z0-9]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/;

/** Problems of `clientConfig`. */
export function clientConfigErrors(config: JsonObject | undefined, path: string): FieldError[] {
  const url = optionalTextAt(config, 'url');
  const service = objectAt(config, 'service');
  if (url !== undefined && service === undefined) return urlErrors(url, `${path}.url`);
  if (url === undefined && service !== undefined) return serviceErrors(service, `${path}.service`);
  return [requiredField(path, 'exactly one of url or service is required')];
}

function urlErrors(url: string, path: string): FieldError[] {
  const [, scheme = '', user, host = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? [];
  const errors: FieldError[] = [];
  const lowerScheme = scheme.toLowerCase();
  if (lowerScheme !== 'https') {
    errors.push(invalidField(path, lowerScheme, `'https' is the only allowed URL scheme${FORM}`));
  }
  if (host === '') errors.push(invalidField(path, host, `host must be specified${FORM}`));
  if (user !== undefined) {
    errors.push(invalidField(path, user, 'user information is not permitted in the URL'));
  }
  if (fragment !== '') errors.push(invalidField(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalidField(path, query, 'query parameters are not permitted in the URL'));
  return errors;
}

function serviceErrors(service: JsonObject, path: string): FieldError[] {
  const errors: FieldError[] = [];
  // The server looks for the one and names the other.
  if (textAt(service, 'namespace') === '') errors.push(requiredField(`${path}.name`));
  if (textAt(service, 'name') === '') errors.push(requiredField(`${path}.namespace`));
  const port = numberAt(service, 'port');
  const portProblems = portNumberProblems(port);
  if (portProblems.length > 0) {
    errors.push(invalidField(`${path}.port`, port, `port is not valid: ${portProblems.join(', ')}`));
  }
  const urlPath = textAt(service, 'path');
  return urlPath === '' || urlPath === '/' ? errors : [...errors, ...pathErrors(urlPath, `${path}.path`)];
}

function pathErrors(urlPath: string, path: string): FieldError[] {
  if (urlPath === '//') return [invalidField(path, urlPath, 'segment[0] may not be empty')];
  const errors: FieldError[] = [];
  if (!urlPath.startsWith('/')) errors.push(invalidField(path, urlPath, "must start with a '/'"));
  const checked = urlPath.slice(1);
  const segments = (checked.endsWith('/') ? checked.slice(0, -1) : checked).split('/');
  for (const [index, segment] of segments.entries()) {
    const name = `segment[${String(index)}]`;
    if (segment === '') errors.push(invalidField(path, urlPath, `${name} may not be empty`));
    else {
      for (const problem of dnsSubdomainProblems(segment)) {
        errors.push(invalidField(path, urlPath, `${name}: ${problem}`));
      }
    }
  }
  return errors;
}
