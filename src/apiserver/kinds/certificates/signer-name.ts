/** Names of signers: a domain and a path, `example.com/signer-name`. */
import { type FieldError, invalidField, requiredField, tooLongField } from '../../field-error';
import { dnsLabelProblems, dnsSubdomainProblems } from '../metadata';

const DOMAIN_MAX = 253;
/** A namespace and a name below it fit. */
const PATH_MAX = 253 + 63 + 1;

/** Problems of the name of a signer. */
export function signerNameErrors(name: string, path: string): FieldError[] {
  if (name === '') return [requiredField(path)];
  const segments = name.split('/');
  const [domain = '', rest = ''] = segments;
  if (segments.length !== 2) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalidField(path, name, why)];
  }
  const errors: FieldError[] = Buffer.byteLength(domain) > DOMAIN_MAX ? [tooLongField(path, DOMAIN_MAX)] : [];
  errors.push(...firstLabelErrors(domain, path, dnsLabelProblems));
  if (!domain.includes('.')) {
    errors.push(invalidField(path, domain, 'should be a domain with at least two segments separated by dots'));
  }
  errors.push(...firstLabelErrors(rest, path, dnsSubdomainProblems));
  if (Buffer.byteLength(rest) > PATH_MAX) errors.push(tooLongField(path, PATH_MAX));
  return errors;
}

/** The problems of the first label that has some. */
function firstLabelErrors(text: string, path: string, problemsOf: (label: string) => readonly string[]): FieldError[] {
  for (const label of text.split('.')) {
    const problems = problemsOf(label);
    if (problems.length > 0) {
      return problems.map((problem) =>
        invalidField(path, text, `validating label ${JSON.stringify(label)}: ${problem}`),
      );
    }
  }
  return [];
}
