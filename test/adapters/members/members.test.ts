import { Members } from '../../../src/adapters/members/members';
import type { KubeObject } from '../../../src/api/object';
import type { ResourceType } from '../../../src/api/resource-type';
import { AdrasteiaError } from '../../../src/errors';
import { membersRelease } from '../../../src/plan/members-request';

const TENANT: ResourceType = {
  group: 'adrasteia.dev',
  version: 'v1alpha1',
  kind: 'Tenant',
  plural: 'tenants',
  namespaced: false,
};
const { key, spec } = membersRelease({ tenants: TENANT, workspace: 'tea' });

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** Tenants by name, with the workspaces that they name; patched as a server does it, a test that fails included. */
class Tenants {
  readonly patched: string[] = [];
  lists = 0;
  atOnce = 0;
  private under = 0;

  constructor(
    readonly byName: Map<string, string[]>,
    private readonly before: (name: string) => void = () => undefined,
  ) {}

  async *pages() {
    this.lists += 1;
    const items = [...this.byName].map(
      ([name, workspaces]): KubeObject => ({
        apiVersion: 'adrasteia.dev/v1alpha1',
        kind: 'Tenant',
        metadata: { name, uid: `uid-${name}` },
        spec: { workspaces: workspaces.map((workspace) => ({ name: workspace, role: 'Member' })) },
      }),
    );
    for (let index = 0; index < items.length; index += 500)
      yield await Promise.resolve({ items: items.slice(index, index + 500), resourceVersion: '1' });
  }

  async patch(_type: ResourceType, { name }: { readonly name: string }, patch: unknown): Promise<KubeObject> {
    this.under += 1;
    this.atOnce = Math.max(this.atOnce, this.under);
    await Promise.resolve();
    this.under -= 1;
    this.before(name);
    const workspaces = this.byName.get(name);
    if (workspaces === undefined) throw new AdrasteiaError('ApiNotFound', `no Tenant ${name}`);
    const [uid, entry] = patch as readonly Operation[];
    const index = Number(/workspaces\/(\d+)\/name/.exec(entry?.path ?? '')?.[1]);
    if (uid?.value !== `uid-${name}` || workspaces[index] !== entry?.value)
      throw new AdrasteiaError('ApiInvalid', 'a test failed');
    workspaces.splice(index, 1);
    this.patched.push(name);
    return { apiVersion: '', kind: '', metadata: { name } };
  }
}

const members = (tenants: Tenants): Members => new Members({ cluster: tenants });

test('two thousand members are found by one list, taken out a few at a time, and looked for once more', async () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `person-${index}`);
  const tenants = new Tenants(new Map(names.map((name) => [name, ['coffee', 'tea']])));
  await members(tenants).release(key, spec);
  expect([...tenants.byName.values()].every((workspaces) => workspaces.join() === 'coffee')).toBe(true);
  expect(tenants.patched).toHaveLength(2_000);
  expect(tenants.lists).toBe(2);
  expect(tenants.atOnce).toBeLessThanOrEqual(8);
});

test('an entry that was moved meanwhile is looked for again, and nothing else is taken out for it', async () => {
  let isFirst = true;
  const byName = new Map([['ada', ['tea', 'coffee']]]);
  const tenants = new Tenants(byName, () => {
    if (isFirst) byName.set('ada', ['coffee', 'tea']);
    isFirst = false;
  });
  await members(tenants).release(key, spec);
  expect(byName.get('ada')).toEqual(['coffee']);
});

test('a tenant that is gone meanwhile is no obstacle', async () => {
  const byName = new Map([['ada', ['tea']]]);
  const tenants = new Tenants(byName, () => byName.delete('ada'));
  await members(tenants).release(key, spec);
  expect(byName.size).toBe(0);
});

test('one that can’t be changed keeps nobody else in, and is said', async () => {
  const byName = new Map(['ada', 'grace', 'joan'].map((name) => [name, ['tea']]));
  const tenants = new Tenants(byName, (name) => {
    if (name === 'grace') throw new AdrasteiaError('ApiForbidden', 'no');
  });
  await expect(members(tenants).release(key, spec)).rejects.toThrow('no');
  expect(Object.fromEntries(byName)).toEqual({ ada: [], grace: ['tea'], joan: [] });
});

test('where nobody is entered nothing is changed, and without a word which entries are meant nothing is looked at', async () => {
  const tenants = new Tenants(new Map([['ada', ['coffee']]]));
  await members(tenants).release(key, spec);
  expect(tenants.patched).toEqual([]);
  await expect(members(tenants).release(key, {})).rejects.toThrow('is not said');
});

test('who is entered again and again is given up for now', async () => {
  const byName = new Map([['ada', ['tea']]]);
  const tenants = new Tenants(byName, () => byName.set('ada', ['tea', 'tea']));
  await expect(members(tenants).release(key, spec)).rejects.toThrow('1 tenants still name workspace tea');
});
