/**
 * Which strategies check metadata once more at an update, as the server's own do: what is wrong with it is then told twice.
 *
 * The registry makes these checks for every resource; a strategy of a built-in kind makes them again, some of them with the
 * rules for new objects too.
 */
import type { KubeObject } from '../../api/object';
import type { FieldError } from '../field-error';
import type { Strategy, StrategyContext } from '../resources/resource';
import { isDnsSubdomainName, validateObjectMeta, validateObjectMetaUpdate } from './metadata';

/** Rules that an endpoint applies again: those for new objects, or those for updates. */
export type MetadataRepeat = 'object' | 'update';

export interface MetadataRepeats {
  readonly namespaced: boolean;
  /** As in `ObjectMetaRules`. Default true. */
  readonly knowsFinalizers?: boolean;
  /** In the order in which they are applied. */
  readonly ofObject: readonly MetadataRepeat[];
  /** Default: those for updates. */
  readonly ofStatus?: readonly MetadataRepeat[];
}

/** The strategy, which tells again what is wrong with metadata. */
export function withMetadataRepeats(strategy: Strategy, repeats: MetadataRepeats): Strategy {
  const { namespaced, knowsFinalizers = true, ofObject, ofStatus = ['update'] } = repeats;
  const validateName = (name: string, isPrefix: boolean): readonly string[] =>
    strategy.validateName === undefined ? isDnsSubdomainName(name, isPrefix) : strategy.validateName(name, isPrefix);
  const apply = (object: KubeObject, old: KubeObject, repeat: MetadataRepeat): FieldError[] =>
    repeat === 'update'
      ? validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', knowsFinalizers)
      : validateObjectMeta(object.metadata, { namespaced, validateName, path: 'metadata', knowsFinalizers });
  return {
    ...strategy,
    validateUpdate: (object: KubeObject, old: KubeObject, context: StrategyContext) => [
      ...(context.subresource === '' ? ofObject : ofStatus).flatMap((repeat) => apply(object, old, repeat)),
      ...(strategy.validateUpdate?.(object, old, context) ?? []),
    ],
  };
}
