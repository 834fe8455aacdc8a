/** Columns of the tables of workloads. */

import type { JsonObject } from '../../../api/json';
import type { ObjectMeta } from '../../../api/object';
import { isNumeric } from '../../json/int64';
import type { Column } from '../../resources/resource';
import { containersOf } from '../checks/containers';
import { findSelectorText, selectorCell } from '../checks/label-selectors';
import { specOf, statusOf } from '../checks/object-parts';
import { jsonOf, mapAt, numberAt, objectAt } from '../json-members';
import { AGE_COLUMN, column, containerCells, formatLabels, NAME_COLUMN } from '../table-cells';

const WIDE = { isWide: true } as const;

export const deploymentColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Ready',
    'Number of the pod with ready state',
    (object) =>
      `${String(numberAt(statusOf(object), 'readyReplicas'))}/${String(numberAt(specOf(object), 'replicas'))}`,
  ),
  column(
    'Up-to-date',
    'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
    (object) => numberAt(statusOf(object), 'updatedReplicas'),
  ),
  column(
    'Available',
    'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
    (object) => numberAt(statusOf(object), 'availableReplicas'),
  ),
  AGE_COLUMN,
  column(
    'Containers',
    'Names of each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).names,
    WIDE,
  ),
  column(
    'Images',
    'Images referenced by each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).images,
    WIDE,
  ),
  column(
    'Selector',
    'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment.',
    (object) => findSelectorText(objectAt(specOf(object), 'selector')) ?? '<invalid>',
    WIDE,
  ),
];

export const replicaSetColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Desired',
    'Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
    (object) => numberAt(specOf(object), 'replicas'),
    { type: 'integer' },
  ),
  column(
    'Current',
    'Replicas is the most recently observed number of non-terminating pods. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
    (object) => numberAt(statusOf(object), 'replicas'),
    { type: 'integer' },
  ),
  column(
    'Ready',
    'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
    (object) => numberAt(statusOf(object), 'readyReplicas'),
    { type: 'integer' },
  ),
  AGE_COLUMN,
  column(
    'Containers',
    'Names of each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).names,
    WIDE,
  ),
  column(
    'Images',
    'Images referenced by each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).images,
    WIDE,
  ),
  column(
    'Selector',
    'Selector is a label query over pods that should match the replica count. If the selector is empty, it is defaulted to the labels present on the pod template. Label keys and values that must match in order to be controlled by this replica set. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
    (object) => selectorCell(objectAt(specOf(object), 'selector')),
    WIDE,
  ),
];

export const statefulSetColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Ready',
    'Number of the pod with ready state',
    (object) =>
      `${String(numberAt(statusOf(object), 'readyReplicas'))}/${String(numberAt(specOf(object), 'replicas'))}`,
  ),
  AGE_COLUMN,
  column(
    'Containers',
    'Names of each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).names,
    WIDE,
  ),
  column(
    'Images',
    'Images referenced by each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).images,
    WIDE,
  ),
];

function nodeSelectorCell(spec: JsonObject): string {
  return formatLabels(mapAt(objectAt(objectAt(spec, 'template'), 'spec'), 'nodeSelector'));
}

export const daemonSetColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'Desired',
    'The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    (object) => numberAt(statusOf(object), 'desiredNumberScheduled'),
    { type: 'integer' },
  ),
  column(
    'Current',
    'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
    (object) => numberAt(statusOf(object), 'currentNumberScheduled'),
    { type: 'integer' },
  ),
  column(
    'Ready',
    'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and ready.',
    (object) => numberAt(statusOf(object), 'numberReady'),
    { type: 'integer' },
  ),
  column(
    'Up-to-date',
    'The total number of nodes that are running updated daemon pod',
    (object) => numberAt(statusOf(object), 'updatedNumberScheduled'),
    { type: 'integer' },
  ),
  column(
    'Available',
    'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
    (object) => numberAt(statusOf(object), 'numberAvailable'),
    { type: 'integer' },
  ),
  column(
    'Node Selector',
    "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
    (object) => nodeSelectorCell(specOf(object)),
  ),
  AGE_COLUMN,
  column(
    'Containers',
    'Names of each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).names,
    WIDE,
  ),
  column(
    'Images',
    'Images referenced by each container in the template.',
    (object) => containerCells(containersOf(specOf(object))).images,
    WIDE,
  ),
  column(
    'Selector',
    'A label query over pods that are managed by the daemon set. Must match in order to be controlled. If empty, defaulted to labels on Pod template. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
    (object) => selectorCell(objectAt(specOf(object), 'selector')),
    WIDE,
  ),
];

function controllerCell({ ownerReferences = [] }: ObjectMeta): string {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const slash = owner.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`;
  return `${`${owner.kind}${group}`.toLowerCase()}/${owner.name}`;
}

export const controllerRevisionColumns: readonly Column[] = [
  NAME_COLUMN,
  column('Controller', 'Controller of the object', ({ metadata }) => controllerCell(metadata)),
  column('Revision', 'revision indicates the revision of the state represented by Data.', (object) => {
    const { revision = 0 } = jsonOf(object);
    // As it is: a double might not hold it.
    return isNumeric(revision) ? (revision as number) : 0;
  }),
  AGE_COLUMN,
];
