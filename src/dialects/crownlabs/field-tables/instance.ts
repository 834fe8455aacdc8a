/** Instance. */
import { type FieldTable, ignored, later, mapped } from '../../field-table';

const content = 'content and exams';

export const instanceFields: FieldTable = {
  crd: 'instances.crownlabs.polito.it',
  kind: 'Instance',
  rows: [
    later('spec.customizationUrls.contentDestination', content),
    later('spec.customizationUrls.contentOrigin', content),
    later('spec.customizationUrls.statusCheck', content),
    mapped('spec.nodeSelector', 'model.placement.nodeSelector', 'only where the template lets its users choose'),
    mapped('spec.prettyName', 'model.displayName'),
    later('spec.publicExposure.ports[].name', 'exposure'),
    later('spec.publicExposure.ports[].port', 'exposure'),
    later('spec.publicExposure.ports[].protocol', 'exposure'),
    later('spec.publicExposure.ports[].targetPort', 'exposure'),
    mapped('spec.running', 'model.running'),
    mapped(
      "spec['template.crownlabs.polito.it/TemplateRef'].name",
      'model',
      'the template that the model is made from',
    ),
    mapped(
      "spec['template.crownlabs.polito.it/TemplateRef'].namespace",
      'model',
      'another namespace has to be permitted',
    ),
    later("spec['tenant.crownlabs.polito.it/TenantRef'].name", 'tenancy', 'on labels already (`layout.labels`)'),
    ignored("spec['tenant.crownlabs.polito.it/TenantRef'].namespace", 'tenants are cluster-scoped'),
    later('status.automation.lastCheckTime', content),
    later('status.automation.submissionTime', content),
    later('status.automation.terminationTime', content),
    mapped('status.initialReadyTime', 'report.stages[].at', 'from creation to the stage Ready'),
    later('status.ip', 'addresses'),
    later('status.nodeName', 'addresses'),
    later('status.nodeSelector', 'addresses'),
    mapped('status.phase', 'report.phase'),
    later('status.publicExposure.externalIP', 'exposure'),
    later('status.publicExposure.message', 'exposure'),
    later('status.publicExposure.phase', 'exposure'),
    later('status.publicExposure.ports[].name', 'exposure'),
    later('status.publicExposure.ports[].port', 'exposure'),
    later('status.publicExposure.ports[].protocol', 'exposure'),
    later('status.publicExposure.ports[].targetPort', 'exposure'),
    mapped('status.url', 'report.url'),
  ],
};
