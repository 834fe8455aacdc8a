/** Objects that are changed keep what stays, and are checked, as a Kubernetes server does it: recorded answers. */
import { update } from './endpoint';
import { comparable, comparableStatus, recordedCases } from './recorded';

const RESOURCES = [
  'configmaps',
  'endpoints',
  'events',
  'limitranges',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'serviceaccounts',
  'services',
];

describe.each(RESOURCES)('%s are changed as the server changes them', (resource) => {
  test.each(recordedCases(`update-${resource}`))(
    '$title $subresource',
    ({ old = {}, input, subresource, code, output, warnings = [] }) => {
      const answer = update(resource, { old, input, subresource });
      if (code === 200) {
        expect(comparable(answer.output)).toEqual(comparable(output));
        const own = warnings.filter((warning) => !warning.startsWith('v1 Endpoints is deprecated'));
        expect([...answer.warnings].sort()).toEqual([...own].sort());
      } else {
        expect(comparableStatus(answer.output)).toEqual(comparableStatus(output));
      }
    },
  );
});
