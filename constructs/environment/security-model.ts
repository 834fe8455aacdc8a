/** As whom the pods of an environment run, and at which Pod Security level. */
import type { EnvironmentModel, SecurityModel } from '../../src/model/environment-model';
import type { TemplateSpec, TemplateWorkload } from '../template';
import { presetOf } from './workload-model';

interface Identity {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
}

function identityOf(workload: TemplateWorkload | undefined): Identity {
  const { runAsUser, runAsGroup } = workload?.container.securityContext ?? {};
  const identity = workload === undefined ? undefined : presetOf(workload)?.identity;
  const user = runAsUser ?? identity?.user;
  const group = runAsGroup ?? identity?.group;
  return { ...(user === undefined ? {} : { runAsUser: user }), ...(group === undefined ? {} : { runAsGroup: group }) };
}

/** The pods run as the main workload does; another workload says so itself where it differs. */
export function withIdentity(
  workload: EnvironmentModel['workloads'][number],
  template: TemplateWorkload | undefined,
  main: TemplateWorkload | undefined,
): typeof workload {
  const own = identityOf(template);
  return template === main || Object.keys(own).length === 0
    ? workload
    : { ...workload, app: { ...workload.app, securityContext: { ...own } } };
}

export function securityOf({ security }: TemplateSpec, main: TemplateWorkload | undefined): SecurityModel {
  const identity = identityOf(main);
  // Volumes belong to root until a group is named for them.
  const fsGroup = identity.runAsGroup ?? identity.runAsUser;
  return {
    level: security?.podSecurity ?? 'Restricted',
    ...(security?.reason === undefined ? {} : { reason: security.reason }),
    ...identity,
    ...(fsGroup === undefined ? {} : { fsGroup }),
  };
}
