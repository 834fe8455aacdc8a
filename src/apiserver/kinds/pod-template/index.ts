/**
 * Pods and pod templates: defaults, checks and warnings that all workloads share.
 *
 * A workload sets defaults with `setPodTemplateDefaults` when it is decoded, calls `dropDisabledFields` before it is
 * validated, then `validatePodTemplate`, and tells `podTemplateWarnings`. All pure, but for what is said to work in place.
 */
export { addClaimSpecErrors } from './claim-spec';
export { setPodDefaults, setPodTemplateDefaults } from './defaults';
export { dropDisabledFields } from './disabled-fields';
export { validatePodSpec } from './pod-spec';
export { validatePodTemplate } from './pod-template';
export { type QosClass, qosClassOf } from './quality-of-service';
export { roundAmounts } from './resource-amounts';
export { setClaimSpecDefaults } from './volume-defaults';
export { claimSpecWarnings, podTemplateWarnings } from './warnings';
