/**
 * Which controller of a cluster one is: the platform's own, or a further one beside it that looks after some tenants and workspaces,
 * such as the next version for a few of them.
 */
import { labelText, parseLabel } from '../../src/api/label';
import { AdrasteiaError } from '../../src/errors';

/** Name of the platform's own controller, and of its Lease. */
export const CONTROLLER_NAME = 'adrasteia-controller';

const INSTANCE = /^[a-z0-9]([-a-z0-9]{0,28}[a-z0-9])?$/;

export interface ControllerChoice {
  readonly tenancy?: boolean;
  readonly targetLabel?: string;
  readonly quotaWebhook?: boolean;
  readonly instance?: string;
}

/** How a controller is called, and what it is told to look after. */
export interface ControllerInstance {
  readonly name: string;
  /** Component in labels. */
  readonly component: string;
  /** What comes after `controller` on its command line. */
  readonly arguments: readonly string[];
}

/**
 * The controller that the settings ask for. Its Lease has its name, so that no two of them wait for each other.
 *
 * `UsageInvalid` where a label is none, where one is to be chosen by or quotas are to be asked and tenants aren't served, and for a further controller without
 * a label: it would do again what the platform's own does.
 */
export function controllerInstance({
  tenancy,
  targetLabel,
  quotaWebhook,
  instance,
}: ControllerChoice): ControllerInstance {
  const label = targetLabel === undefined ? undefined : labelText(parseLabel(targetLabel));
  if (label !== undefined && tenancy !== true)
    throw new AdrasteiaError(
      'UsageInvalid',
      'the target label chooses among tenants and workspaces, which are not served: ask for tenancy',
    );
  if (quotaWebhook === true && (tenancy !== true || instance !== undefined))
    throw new AdrasteiaError(
      'UsageInvalid',
      'the webhook of quotas answers for environments of tenants: ask for tenancy, and for the platform’s own controller',
    );
  if (instance !== undefined && label === undefined)
    throw new AdrasteiaError(
      'UsageInvalid',
      `instance ${JSON.stringify(instance)}: a further controller would do again what the platform's own does: give it a target label`,
    );
  if (instance !== undefined && !INSTANCE.test(instance))
    throw new AdrasteiaError(
      'UsageInvalid',
      `instance ${JSON.stringify(instance)}: names are made from it: write at most 30 lower-case letters, digits and dashes`,
    );
  const name = instance === undefined ? CONTROLLER_NAME : `${CONTROLLER_NAME}-${instance}`;
  return {
    name,
    component: instance === undefined ? 'controller' : `controller-${instance}`,
    arguments: [
      ...(tenancy === true ? ['--tenancy'] : []),
      ...(quotaWebhook === true ? ['--quota-webhook'] : []),
      ...(label === undefined ? [] : [`--target-label=${label}`, `--lease-name=${name}`]),
      ...(instance === undefined ? [] : ['--no-environments']),
    ],
  };
}
