/** `SelfSubjectRulesReview`: all that somebody may do in a namespace, as `kubectl auth can-i --list` asks. */
import type { JsonObject } from '../../api/json';
import type { UserInfo } from '../authentication/authenticator';
import { stringAt } from '../authentication/json-members';
import { badRequest } from '../status-error';
import { joined, type RuleResolver } from './rbac-authorizer';

/**
 * The review with its status; of what was sent only the version is kept, as the real server does it.
 * @throws StatusError 400 where it names no namespace.
 */
export function answerSelfSubjectRulesReview(
  review: JsonObject,
  { resolver, user }: { readonly resolver: RuleResolver; readonly user: UserInfo },
): JsonObject {
  const namespace = stringAt(review, 'spec', 'namespace');
  if (namespace === '') throw badRequest('no namespace on request');
  const { rules, errors } = resolver.rulesFor(user, namespace);
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: stringAt(review, 'apiVersion'),
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules
        .filter(({ resources }) => resources.length > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          ...(apiGroups.length === 0 ? {} : { apiGroups }),
          resources,
          ...(resourceNames.length === 0 ? {} : { resourceNames }),
        })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
      ...(errors.length === 0 ? {} : { evaluationError: joined(errors) }),
    },
  };
}
