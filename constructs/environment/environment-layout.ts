import { DNS_LABEL_MAX, STATEFUL_SET_NAME_MAX, shortenName } from '../../src/api/name';
import type { EnvironmentModel } from '../../src/model/environment-model';
import type { Layout } from '../../src/model/layout';
import type { TemplateSpec, TemplateWorkload } from '../template';
import { homeVolumeName } from './workload-model';

/** The workload whose objects have the environment's own name. */
const MAIN = 'main';

/** Names and labels of what an environment consists of. */
export function layoutOf(
  { name, secrets }: EnvironmentModel,
  template: TemplateSpec,
  main: TemplateWorkload | undefined,
): Layout {
  const selector = { 'adrasteia.dev/environment': name };
  const claimed = template.workloads.filter(
    ({ storage }) => storage !== undefined && storage.existingClaim === undefined,
  );
  return {
    labels: {
      'app.kubernetes.io/name': main?.container.preset ?? 'environment',
      'app.kubernetes.io/instance': name,
      'app.kubernetes.io/managed-by': 'adrasteia',
      ...selector,
    },
    selector,
    annotations: {},
    names: {
      workloads: Object.fromEntries(
        template.workloads.map((workload) => [
          workload.name,
          workload.name === MAIN ? name : shortenName(`${name}-${workload.name}`, STATEFUL_SET_NAME_MAX),
        ]),
      ),
      service: name,
      serviceAccount: name,
      networkPolicy: name,
      ingress: name,
      configMap: name,
      claims: Object.fromEntries(
        claimed.map((workload) => [
          homeVolumeName(workload),
          { name: shortenName(`${name}-${workload.name}`, DNS_LABEL_MAX) },
        ]),
      ),
      secrets: Object.fromEntries(secrets.map(({ id }) => [id, `${name}-${id}`])),
    },
    service: { portName: 'http', port: 80 },
  };
}
