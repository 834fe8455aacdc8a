/**
 * Names of domains and of what lies below them, with the words in which the API refuses them.
 * @see k8s.io/apimachinery/pkg/util/validation/validation.go, v0.34
 */
import { type FieldError, invalidField, requiredField } from '../../field-error';
import { dnsLabelProblems, dnsSubdomainProblems, maxLengthProblem } from '../metadata';

const SUBDOMAIN_MAX = 253;
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const WILDCARD = `\\*\\.${LABEL}(\\.${LABEL})*`;
const WILDCARD_PATTERN = new RegExp(`^${WILDCARD}$`);
const WILDCARD_PROBLEM = `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '${WILDCARD}')`;
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const HTTP_PATH_PATTERN = new RegExp(`^${HTTP_PATH}$`);

/** A domain with `*.` before it. */
export function wildcardDomainProblems(name: string): readonly string[] {
  const problems = Buffer.byteLength(name) > SUBDOMAIN_MAX ? [maxLengthProblem(SUBDOMAIN_MAX)] : [];
  return WILDCARD_PATTERN.test(name) ? problems : [...problems, WILDCARD_PROBLEM];
}

/** A name of at least three segments between dots: that of a webhook. */
export function fullyQualifiedNameErrors(name: string, path: string): FieldError[] {
  if (name === '') return [requiredField(path)];
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return [invalidField(path, name, problems.join(','))];
  if (name.split('.').length >= 3) return [];
  return [invalidField(path, name, 'should be a domain with at least three segments separated by dots')];
}

/** A domain of at least two segments, with or without an ending dot. */
export function domainNameErrors(domain: string, path: string): FieldError[] {
  if (domain === '') return [requiredField(path)];
  const name = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  const problems = dnsSubdomainProblems(name);
  if (problems.length > 0) return [invalidField(path, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalidField(path, name, 'should be a domain with at least two segments separated by dots')];
  }
  const wrong = labels.find((label) => dnsLabelProblems(label).length > 0);
  return wrong === undefined ? [] : [invalidField(path, wrong, dnsLabelProblems(wrong).join(','))];
}

/** A path below a domain, such as `acme.io/foo`. */
export function domainPrefixedPathErrors(text: string, path: string): FieldError[] {
  if (text === '') return [requiredField(path)];
  const slash = text.indexOf('/');
  const host = text.slice(0, Math.max(slash, 0));
  const rest = text.slice(slash + 1);
  if (slash < 0 || host === '' || rest === '') {
    return [invalidField(path, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors = dnsSubdomainProblems(host).map((problem) => invalidField(path, host, problem));
  if (!HTTP_PATH_PATTERN.test(rest)) {
    errors.push(invalidField(path, rest, `Invalid path (regex used for validation is '${HTTP_PATH}')`));
  }
  return errors;
}
