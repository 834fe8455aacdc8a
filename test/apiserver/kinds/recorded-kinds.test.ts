/** Every kind against the recorded answers of a Kubernetes API server. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compareCells, compareCreation, compareUpdate, readRecordedKind } from './recorded-kind';

const GROUPS = [
  'admissionregistration',
  'apiregistration',
  'apps',
  'autoscaling',
  'batch',
  'certificates',
  'coordination',
  'discovery',
  'events',
  'flowcontrol',
  'networking',
  'node',
  'policy',
  'rbac',
  'resource',
  'scheduling',
  'storage',
];

describe.each(GROUPS)('the kinds of %s do what Kubernetes does', (group) => {
  const resources = readdirSync(join(__dirname, group, 'fixtures')).map((file) => basename(file, '.json'));

  describe.each(resources)('%s', (resource) => {
    const kind = readRecordedKind(group, resource);
    const stored = kind.cases.filter(({ updates = [] }) => updates.length > 0);
    const updates = stored.flatMap((one) => (one.updates ?? []).map((update) => ({ ...update, of: one.title })));

    it.each(kind.cases)('$title', (one) => {
      const { ours, recorded } = compareCreation(kind, one);
      expect(ours).toEqual(recorded);
    });

    if (updates.length > 0) {
      it.each(updates)('$of: $title', (update) => {
        const { ours, recorded } = compareUpdate(kind, update);
        expect(ours).toEqual(recorded);
      });

      it.each(stored)('$title: its row says the same', (one) => {
        const { ours, recorded } = compareCells(kind, one);
        expect(ours).toEqual(recorded);
      });
    }
  });
});
