/**
 * The kind EntryPoint. It is only read by environments: each makes an Ingress of its own by it.
 */
import type { Kind } from '../../src/plan/kind';
import { defineKind } from '../../src/schema/define-kind';
import { ENTRY_POINT } from './schema';

export { ENTRY_POINT, type EntryPointObject, type EntryPointSpec } from './schema';

/** The kind EntryPoint. */
export const entryPoint: Kind<never> = defineKind(ENTRY_POINT);
