/** Resources that are answered and not kept: reviews of tokens and of access, and the binding of pods. */

import type { JsonObject } from '../api/json';
import type { TokenAuthenticator } from './authentication/token-authenticator';
import { answerSelfSubjectReview, answerTokenReview } from './authentication/token-review';
import {
  answerLocalSubjectAccessReview,
  answerSelfSubjectAccessReview,
  answerSubjectAccessReview,
} from './authorization/access-review';
import type { Authorizer } from './authorization/authorizer';
import type { RuleResolver } from './authorization/rbac-authorizer';
import { answerSelfSubjectRulesReview } from './authorization/rules-review';
import { builtinResource } from './builtin-resource';
import { draftOf } from './draft';
import { type BuiltinResourceFacts, builtinCodec, builtinSchema } from './kubernetes';
import type { VirtualContext, VirtualResource } from './resources/catalogue';
import type { Resource } from './resources/resource';
import { trackSentFields } from './sent-fields';

export interface ReviewDependencies {
  readonly authorizer: Authorizer;
  readonly resolver: RuleResolver;
  readonly tokens: TokenAuthenticator;
  readonly apiAudiences: readonly string[];
  readonly now: () => Date;
}

type Answer = (body: JsonObject, context: VirtualContext) => JsonObject | Promise<JsonObject>;

/** The reviews that the server answers, of those that its facts name. */
export function reviewResources(
  facts: readonly BuiltinResourceFacts[],
  deps: ReviewDependencies,
): readonly VirtualResource[] {
  const { authorizer, resolver, tokens, apiAudiences } = deps;
  const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
    ['tokenreviews', (body) => answerTokenReview(body, { tokens, apiAudiences })],
    ['selfsubjectreviews', (body, { user }) => answerSelfSubjectReview(body, { user, now: deps.now() })],
    ['subjectaccessreviews', (body) => answerSubjectAccessReview(body, authorizer)],
    ['selfsubjectaccessreviews', (body, { user }) => answerSelfSubjectAccessReview(body, { authorizer, user })],
    [
      'localsubjectaccessreviews',
      (body, { namespace }) =>
        answerLocalSubjectAccessReview(withNamespace(body, namespace), { authorizer, namespace }),
    ],
    ['selfsubjectrulesreviews', (body, { user }) => answerSelfSubjectRulesReview(body, { resolver, user })],
  ]);
  return facts.flatMap(({ group, resource, kind, namespaced, versions }) => {
    const create = answers.get(resource);
    if (create === undefined) return [];
    return versions.map(({ version }): VirtualResource => {
      const schema = builtinSchema(`${group}/${version}`, kind);
      const codec = schema === undefined ? undefined : builtinCodec(schema, { group, version, kind });
      return {
        group,
        version,
        resource,
        kind,
        namespaced,
        create: (body, context) => {
          const object = codec?.decode(body).object ?? draftOf(body);
          if (schema !== undefined)
            trackSentFields(object, {
              schema,
              apiVersion: `${group}/${version}`,
              manager: context.manager,
              now: deps.now(),
            });
          return create(object, context);
        },
      };
    });
  });
}

function withNamespace(body: JsonObject, namespace: string): JsonObject {
  const metadata = (body['metadata'] ?? {}) as JsonObject;
  return metadata['namespace'] === undefined ? { ...body, metadata: { ...metadata, namespace } } : body;
}

/** What discovery tells of resources that are not kept. */
export function describedVirtualResources(facts: readonly BuiltinResourceFacts[]): readonly Resource[] {
  return facts.filter(({ verbs }) => !verbs.includes('get')).map((resource) => builtinResource(resource, undefined));
}
