/**
 * The kinds, one line each: nothing else names them. Whatever is served, installed, granted or written follows from this list.
 */
import type { Construct } from 'constructs';
import { ENVIRONMENT_ACCESS } from '../src/access/environment-access';
import { GATE } from '../src/access/gate';
import { jupyterServerKinds } from '../src/dialects/amalthea';
import { kodeKinds } from '../src/dialects/kode';
import type { FrontEnd } from '../src/model/front-end';
import type { Kind, TreeSource } from '../src/plan/kind';
import { applyDefaults } from '../src/schema/defaults';
import { defineKind } from '../src/schema/define-kind';
import type { KindSchema } from '../src/schema/kind-schema';
import { ACCESS_POLICY, CLUSTER_ACCESS_POLICY } from './access-policy';
import { ENTRY_POINT } from './entry-point';
import { ENVIRONMENT, environmentFrontEnd, environmentPlanner } from './environment';
import { INVENTORY } from './inventory';
import { CLUSTER_ENVIRONMENT_TEMPLATE, ENVIRONMENT_TEMPLATE } from './template';

/** Every kind, our own first, then those of dialects. */
export const kinds: readonly Kind<TreeSource<Construct>>[] = [
  kindOf(ENVIRONMENT, environmentFrontEnd),
  kindOf(ENVIRONMENT_TEMPLATE),
  kindOf(CLUSTER_ENVIRONMENT_TEMPLATE),
  kindOf(ENTRY_POINT),
  kindOf(ACCESS_POLICY),
  kindOf(CLUSTER_ACCESS_POLICY),
  { ...kindOf(GATE), isReadByPrograms: true },
  { ...kindOf(ENVIRONMENT_ACCESS), isReadByPrograms: true },
  kindOf(INVENTORY),
  ...jupyterServerKinds.map(({ schema, frontEnd }) => kindOf(schema, frontEnd)),
  ...kodeKinds.map(({ schema, frontEnd }) => kindOf(schema, frontEnd)),
];

/** A kind from its schema; its objects are environments where there is a front end, and only read by others where there is none. */
function kindOf(schema: KindSchema, frontEnd?: FrontEnd): Kind<TreeSource<Construct>> {
  return {
    ...defineKind(schema),
    withDefaults: (object) => applyDefaults(schema, object),
    ...(frontEnd === undefined ? {} : { planner: environmentPlanner(frontEnd) }),
  };
}
