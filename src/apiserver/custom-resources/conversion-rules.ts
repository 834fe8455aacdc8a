/** What a definition may say of conversion between its versions. */
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../field-error';
import { dns1035LabelErrors } from '../schema/name-rules';
import { caBundleProblem } from './ca-bundle';
import type { Conversion } from './definition';
import { webhookServiceErrors, webhookUrlErrors } from './webhook-client';

const STRATEGIES = ['None', 'Webhook'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** What isn't held against definitions that were accepted before. */
export interface ConversionRequirements {
  /** One of the versions of the review must be one that servers know. */
  readonly knownReview: boolean;
  /** Webhooks must be trusted by certificates that can be read. */
  readonly readableCaBundle: boolean;
}

/** What is wrong with a conversion. */
export function conversionErrors(
  conversion: Conversion | undefined,
  path: string,
  requirements: ConversionRequirements,
): FieldError[] {
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  const errors: FieldError[] = [];
  const clientPath = `${path}.webhookClientConfig`;
  const reviewPath = `${path}.conversionReviewVersions`;
  const reviews = webhook?.conversionReviewVersions ?? [];
  if (strategy === '') errors.push(requiredField(`${path}.strategy`));
  else if (!STRATEGIES.includes(strategy)) errors.push(notSupportedField(`${path}.strategy`, strategy, STRATEGIES));
  if (strategy === 'Webhook') {
    const client = webhook?.clientConfig;
    const problem = requirements.readableCaBundle ? caBundleProblem(client?.caBundle) : undefined;
    return [
      ...errors,
      ...clientErrors(client, clientPath),
      ...(problem === undefined ? [] : [invalidField(`${clientPath}.caBundle`, client?.caBundle, problem)]),
      ...reviewErrors(reviews, reviewPath, requirements.knownReview),
    ];
  }
  const detail = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig !== undefined) errors.push(forbiddenField(clientPath, detail));
  if (reviews.length > 0) errors.push(forbiddenField(reviewPath, detail));
  return errors;
}

type ClientConfig = NonNullable<Conversion['webhook']>['clientConfig'];

function clientErrors(client: ClientConfig, path: string): FieldError[] {
  if (client === undefined) return [requiredField(path, 'required when strategy is set to Webhook')];
  const { url, service } = client;
  if ((url === undefined) === (service === undefined)) {
    return [requiredField(path, 'exactly one of url or service is required')];
  }
  if (url !== undefined) return webhookUrlErrors(url, `${path}.url`);
  return service === undefined ? [] : webhookServiceErrors(service, `${path}.service`);
}

function reviewErrors(versions: readonly string[], path: string, requireKnown: boolean): FieldError[] {
  if (versions.length === 0) return [requiredField(path)];
  const errors = versions.flatMap((version, index) => {
    const at = `${path}[${String(index)}]`;
    if (versions.indexOf(version) < index) return [invalidField(at, version, 'duplicate version')];
    return dns1035LabelErrors(version).map((error) => invalidField(at, version, error));
  });
  if (requireKnown && !knowsReview(versions)) {
    errors.push(invalidField(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`));
  }
  return errors;
}

/** True where servers know a version of the review. */
export function knowsReview(versions: readonly string[]): boolean {
  return versions.some((version) => REVIEW_VERSIONS.includes(version));
}
