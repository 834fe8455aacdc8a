/**
 * A registry in small: it does to an object what a server does between the codec and the storage, and answers as it does.
 */
import type { JsonObject } from '../../../../src/api/json';
import type { KubeObject } from '../../../../src/api/object';
import { type Draft, type DraftObject, draftOf } from '../../../../src/apiserver/draft';
import type { FieldError } from '../../../../src/apiserver/field-error';
import { coreKinds } from '../../../../src/apiserver/kinds/core';
import { putMember } from '../../../../src/apiserver/kinds/draft-members';
import {
  isDnsSubdomainName,
  isPathSegmentName,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../../../../src/apiserver/kinds/metadata';
import type { Strategy, StrategyContext } from '../../../../src/apiserver/resources/resource';
import { invalid, StatusError } from '../../../../src/apiserver/status-error';

/** The address that every cluster has taken. */
const API_SERVER_SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default' },
  spec: { clusterIPs: ['10.96.0.1'] },
};

const CLUSTER_SCOPED = new Set(['namespaces', 'nodes', 'persistentvolumes']);

export interface Answer {
  readonly output: JsonObject;
  readonly warnings: readonly string[];
}

export function strategyOf(resource: string): Strategy {
  const kind = coreKinds[resource];
  if (kind === undefined) throw new Error(`no kind ${resource}`);
  return kind.strategy;
}

function contextOf(subresource = '', dryRun = true): StrategyContext {
  return {
    reader: {
      find: () => undefined,
      list: ({ resource }) => (resource === 'services' ? [API_SERVER_SERVICE] : []),
      hasValue: ({ type, valuesOf }, value) =>
        type.resource === 'services' && [...valuesOf(API_SERVER_SERVICE)].includes(value),
    },
    user: { name: 'someone', groups: [] } as unknown as StrategyContext['user'],
    now: new Date('2025-01-01T00:00:00Z'),
    dryRun,
    subresource,
  };
}

/** What a POST of a decoded object answers: the stored object, or a Status. */
export function create(resource: string, input: JsonObject, dryRun = true): Answer {
  const strategy = strategyOf(resource);
  const object = draftOf(input);
  const context = contextOf('', dryRun);
  try {
    strategy.setDefaults?.(object, 'v1');
    strategy.prepareForCreate?.(object, context);
    const stored = object as unknown as KubeObject;
    const rules = {
      namespaced: !CLUSTER_SCOPED.has(resource),
      validateName: strategy.validateName ?? isDnsSubdomainName,
      path: 'metadata',
      knowsFinalizers: true,
    };
    throwAny(stored, [...validateObjectMeta(stored.metadata, rules), ...(strategy.validate?.(stored, context) ?? [])]);
    const warnings = strategy.warnings?.(stored, undefined, context) ?? [];
    strategy.canonicalize?.(object);
    return { output: object, warnings };
  } catch (error) {
    return failure(error);
  }
}

interface Update {
  readonly old: JsonObject;
  readonly input: JsonObject;
  readonly subresource?: string;
}

/** What a PUT of a decoded object answers. */
export function update(resource: string, { old, input, subresource = '' }: Update): Answer {
  const strategy = strategyOf(resource);
  const object = draftOf(input);
  const before = old as unknown as KubeObject;
  const context = contextOf(subresource);
  try {
    strategy.setDefaults?.(object, 'v1');
    keepSystemMetadata(object, before);
    strategy.prepareForUpdate?.(object, before, context);
    keepSystemMetadata(object, before);
    const stored = object as unknown as KubeObject;
    const namespaced = !CLUSTER_SCOPED.has(resource);
    throwAny(stored, [
      ...validateObjectMeta(stored.metadata, { namespaced, validateName: isPathSegmentName, path: 'metadata' }),
      ...validateObjectMetaUpdate(stored.metadata, before.metadata, 'metadata'),
      ...(strategy.validateUpdate?.(stored, before, context) ?? []),
    ]);
    const warnings = strategy.warnings?.(stored, before, context) ?? [];
    strategy.canonicalize?.(object);
    return { output: object, warnings };
  } catch (error) {
    return failure(error);
  }
}

function keepSystemMetadata(object: DraftObject, old: KubeObject): void {
  const metadata = object['metadata'] as DraftObject;
  const before = old.metadata as unknown as Record<string, Draft>;
  for (const key of ['generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds']) {
    putMember(metadata, key, before[key]);
  }
  if (metadata['uid'] === undefined && before['uid'] !== undefined) metadata['uid'] = before['uid'];
}

function throwAny(object: KubeObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: '', kind: object.kind }, object.metadata.name, errors);
}

function failure(error: unknown): Answer {
  if (error instanceof StatusError) return { output: error.status as unknown as JsonObject, warnings: [] };
  throw error;
}
