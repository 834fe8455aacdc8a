/**
 * The kind EntryPoint. It is only read by environments: each makes an Ingress of its own by it.
 */
export { ENTRY_POINT, type EntryPointObject, type EntryPointSpec } from './schema';
