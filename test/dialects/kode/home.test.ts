import type { Manifest } from '../../../src/api/object';
import { OWNER_ANNOTATION, OWNER_UID_LABEL } from '../../../src/api/well-known';
import { homePaths } from '../../../src/dialects/kode/home';
import type { KodeSpec } from '../../../src/dialects/kode/kode';
import { claim, kode, modelled, template, workloadOf } from './objects';

type Given = Partial<Pick<KodeSpec, 'home' | 'workspace'>>;

describe('homePaths', () => {
  it.each([
    {
      because: 'without anything said the paths are those of the first release',
      given: {},
      of: {},
      home: '/config',
      workspace: '/config/workspace',
    },
    {
      because: "the template's paths are the default",
      given: {},
      of: { defaultHome: '/home/me', defaultWorkspace: 'src' },
      home: '/home/me',
      workspace: '/home/me/src',
    },
    {
      because: 'a home that is given counts',
      given: { home: '/home/me' },
      of: {},
      home: '/home/me',
      workspace: '/home/me/workspace',
    },
    {
      because: 'a workspace lies below the home',
      given: { workspace: 'thesis' },
      of: { defaultHome: '/home/me' },
      home: '/home/me',
      workspace: '/home/me/thesis',
    },
    {
      because: 'home and workspace together replace both',
      given: { home: '/home/you', workspace: 'thesis' },
      of: { defaultHome: '/home/me', defaultWorkspace: 'src' },
      home: '/home/you',
      workspace: '/home/you/thesis',
    },
    {
      because: 'a /config without a workspace may have been filled in, and was never acted on',
      given: { home: '/config' },
      of: { defaultHome: '/home/me' },
      home: '/home/me',
      workspace: '/home/me/workspace',
    },
    {
      because: 'a /config with a workspace is where earlier releases mounted the volume',
      given: { home: '/config', workspace: 'thesis' },
      of: { defaultHome: '/home/me' },
      home: '/config',
      workspace: '/config/thesis',
    },
    {
      because: 'paths are joined cleanly',
      given: { home: '/home/me/', workspace: './a//b/../c' },
      of: {},
      home: '/home/me/',
      workspace: '/home/me/a/c',
    },
  ])('$because', ({ given, of, home, workspace }: { given: Given; of: object; home: string; workspace: string }) => {
    expect(homePaths(kode(given).spec, template(of).spec)).toEqual({ home, workspace });
  });
});

describe('the home volume', () => {
  it('is a claim of its own, one for each Kode', () => {
    const { model, layout } = modelled(kode({ storage: {} }));
    expect(model.workloads[0]?.volumes).toEqual([
      {
        type: 'claim',
        name: 'kode-storage',
        claim: { size: '1Gi', accessModes: ['ReadWriteOnce'], reclaim: 'Delete' },
      },
    ]);
    expect(layout.names.claims).toEqual({ 'kode-storage': { name: 'thesis-pvc' } });
  });

  it('is as large, as fast and as shared as asked for, and kept where that is asked for', () => {
    const storage = {
      accessModes: ['ReadWriteMany'],
      storageClassName: 'fast',
      resources: { requests: { storage: '5Gi' } },
      keepVolume: true,
    };
    expect(workloadOf(kode({ storage })).volumes).toEqual([
      {
        type: 'claim',
        name: 'kode-storage',
        claim: { size: '5Gi', accessModes: ['ReadWriteMany'], storageClassName: 'fast', reclaim: 'Retain' },
      },
    ]);
  });

  it("is somebody's existing claim where one is named, which is only mounted", () => {
    const { model, layout } = modelled(kode({ storage: { existingVolumeClaim: 'mine', keepVolume: false } }));
    expect(model.workloads[0]?.volumes).toEqual([
      { type: 'claim', name: 'kode-storage', claim: { existing: 'mine', accessModes: [], reclaim: 'Retain' } },
    ]);
    expect(layout.names.claims).toEqual({});
  });

  it('is scratch where no storage is asked for, under a name that claims nothing', () => {
    const workload = workloadOf(kode());
    expect(workload.volumes).toEqual([{ type: 'scratch', name: 'kode-home' }]);
    expect(workload.app.mounts).toEqual([{ volume: 'kode-home', mountPath: '/config' }]);
  });
});

interface ClaimCase {
  readonly because: string;
  readonly others: readonly Manifest[];
  readonly claim: { readonly name: string; readonly adopt?: boolean };
}

describe('the claim kode-pvc that the first release made', () => {
  const own = { name: 'thesis-pvc' };
  const adopted = { name: 'kode-pvc', adopt: true };
  const ownedBy = (uid: string) => ({
    ownerReferences: [{ apiVersion: 'kode.jacero.io/v1alpha1', kind: 'Kode', name: 'x', uid, controller: true }],
  });
  const other = kode({ storage: {} }, { name: 'other', uid: 'uid-other' });

  const cases: readonly ClaimCase[] = [
    {
      because: 'is adopted where this Kode owns it',
      others: [claim('kode-pvc', ownedBy('uid-thesis')), other],
      claim: adopted,
    },
    {
      because: 'is left to the Kode that owns it',
      others: [claim('kode-pvc', ownedBy('uid-other')), other],
      claim: own,
    },
    { because: 'is adopted unowned by the only Kode with storage', others: [claim('kode-pvc')], claim: adopted },
    {
      because: 'is left where it is unowned and could be of either Kode',
      others: [claim('kode-pvc'), other],
      claim: own,
    },
    {
      because: 'does not count Kodes that mount a claim of their own, or none',
      others: [
        claim('kode-pvc'),
        kode({}, { name: 'scratch', uid: 'uid-2' }),
        kode({ storage: { existingVolumeClaim: 'mine' } }, { name: 'mounter', uid: 'uid-3' }),
      ],
      claim: adopted,
    },
    {
      because: 'does not count Kodes of other namespaces',
      others: [claim('kode-pvc'), kode({ storage: {} }, { name: 'far', namespace: 'team-b' })],
      claim: adopted,
    },
    {
      because: 'stays adopted when further Kodes come, by its label',
      others: [claim('kode-pvc', { labels: { [OWNER_UID_LABEL]: 'uid-thesis' } }), other, claim('thesis-pvc')],
      claim: adopted,
    },
    {
      because: 'is found again by a re-created Kode, by its annotation',
      others: [
        claim('kode-pvc', {
          labels: { [OWNER_UID_LABEL]: 'uid-before' },
          annotations: { [OWNER_ANNOTATION]: 'Kode.kode.jacero.io/thesis' },
        }),
        other,
      ],
      claim: adopted,
    },
    {
      because: 'is left where it was adopted by another Kode',
      others: [claim('kode-pvc', { annotations: { [OWNER_ANNOTATION]: 'Kode.kode.jacero.io/other' } })],
      claim: own,
    },
    {
      because: 'is left where this Kode has a claim of its own',
      others: [claim('kode-pvc'), claim('thesis-pvc')],
      claim: own,
    },
    {
      because: 'is left while it is being deleted',
      others: [claim('kode-pvc', { ...ownedBy('uid-thesis'), deletionTimestamp: '2026-01-01T00:00:00Z' })],
      claim: own,
    },
    {
      because: 'of another namespace is nothing to this one',
      others: [claim('kode-pvc', { namespace: 'team-b' })],
      claim: own,
    },
  ];

  it.each(cases)('$because', ({ others, claim: expected }) => {
    const { layout } = modelled(kode({ storage: {} }), [template(), ...others]);
    expect(layout.names.claims).toEqual({ 'kode-storage': expected });
  });
});
