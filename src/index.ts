/**
 * What a program that depends on the package may import. Names are listed one by one, so that the list is the promise.
 */
export { Environment, type EnvironmentProps, environmentPlanner, environmentTree, kinds } from '../constructs';
export type { Condition } from './api/condition';
export type { JsonObject, JsonValue } from './api/json';
export type { KubeObject, Manifest, ObjectMeta, ObjectReference } from './api/object';
export type { Problem } from './api/problem';
export type { ResourceType } from './api/resource-type';
export { API_GROUP, API_VERSION } from './api/well-known';
export type { ErrorCode, Retry } from './errors';
export { AdrasteiaError, ERROR_CATALOGUE, hasCode } from './errors';
export type { Kind, Planner, TreeSource } from './plan/kind';
export type { Lookup } from './plan/lookup';
export type { Apply, Hold, Plan, Teardown } from './plan/plan';
