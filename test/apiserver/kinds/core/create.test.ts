/** Objects that are created are filled, checked and warned of as a Kubernetes server does it: recorded answers. */
import { create } from './endpoint';
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

describe.each(RESOURCES)('%s are created as the server creates them', (resource) => {
  test.each(recordedCases(`create-${resource}`))('$title', ({ input, dryRun, code, output, warnings = [] }) => {
    const answer = create(resource, input, dryRun);
    if (code === 201) {
      expect(comparable(answer.output)).toEqual(comparable(output));
      // What is said of a version as a whole is not the kind's doing.
      const own = warnings.filter((warning) => !warning.startsWith('v1 Endpoints is deprecated'));
      expect([...answer.warnings].sort()).toEqual([...own].sort());
    } else {
      expect(comparableStatus(answer.output)).toEqual(comparableStatus(output));
    }
  });
});
