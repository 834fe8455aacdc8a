/** All functions that new expressions of Kubernetes 1.34 may call. */
import type { FunctionDeclaration, Library } from '../typing/declaration';
import { AUTHORIZATION } from './authorization';
import { LISTS } from './lists';
import { NAMED_FORMATS } from './named-formats';
import { NETWORK } from './network';
import { OPTIONALS } from './optionals';
import { QUANTITIES } from './quantities';
import { STANDARD } from './standard';
import { STRINGS } from './strings';
import { VERSIONS } from './versions';

/** Functions of the same name become one, with the signatures of all. */
function mergedLibraries(...libraries: readonly Library[]): ReadonlyMap<string, FunctionDeclaration> {
  const merged = new Map<string, FunctionDeclaration>();
  for (const declaration of libraries.flat()) {
    const known = merged.get(declaration.name);
    const overloads = [...(known?.overloads ?? []), ...declaration.overloads];
    merged.set(declaration.name, known === undefined ? declaration : { ...known, overloads });
  }
  return merged;
}

/**
 * What an expression may use that is written now: what a server one version older knows too.
 * @see k8s.io/apiserver/pkg/cel/environment/base.go, v0.34
 */
export const FUNCTIONS: ReadonlyMap<string, FunctionDeclaration> = mergedLibraries(
  STANDARD,
  LISTS,
  OPTIONALS,
  QUANTITIES,
  STRINGS,
  NETWORK,
  NAMED_FORMATS,
  VERSIONS,
  AUTHORIZATION,
);
