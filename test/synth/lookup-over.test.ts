import type { Manifest } from '../../src/api/object';
import type { ResourceType } from '../../src/api/resource-type';
import { lookupOver } from '../../src/synth';

const ROOM: ResourceType = { group: 'example.org', version: 'v1', kind: 'Room', plural: 'rooms', namespaced: true };
const SITE: ResourceType = { ...ROOM, kind: 'Site', plural: 'sites', namespaced: false };
const room = (namespace: string | undefined, name: string, labels: Record<string, string> = {}): Manifest => ({
  apiVersion: 'example.org/v1',
  kind: 'Room',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels },
});
const site: Manifest = { apiVersion: 'example.org/v1', kind: 'Site', metadata: { name: 'main' } };
const lookup = lookupOver(
  [room('b', 'x', { floor: '1' }), room('a', 'y', { floor: '1' }), room('a', 'x'), room(undefined, 'z'), site],
  { askedBy: 'Desk a/thesis' },
);

describe('a lookup over objects', () => {
  test('finds by kind, namespace and name', () => {
    expect(lookup.get(ROOM, { namespace: 'b', name: 'x' })).toMatchObject({
      found: true,
      object: { metadata: { namespace: 'b' } },
    });
    expect(lookup.get(ROOM, { namespace: 'default', name: 'z' })).toMatchObject({ found: true });
    expect(lookup.get(SITE, { name: 'main' })).toMatchObject({ found: true });
  });

  test('misses what wasn’t given, unless its kind may lack', () => {
    expect(() => lookup.get(ROOM, { namespace: 'c', name: 'x' })).toThrow(
      expect.objectContaining({ code: 'ReferenceMissing' }) as Error,
    );
    expect(lookupOver([], { askedBy: 'x', mayLack: [ROOM] }).get(ROOM, { namespace: 'c', name: 'x' })).toEqual({
      found: false,
    });
  });

  test('lists by labels and namespace, in the order of names', () => {
    const names = (objects: readonly Manifest[]) =>
      objects.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
    expect(names(lookup.list(ROOM, {}))).toEqual(['a/x', 'a/y', 'b/x', '/z']);
    expect(names(lookup.list(ROOM, { labels: { floor: '1' } }))).toEqual(['a/y', 'b/x']);
    expect(names(lookup.list(ROOM, { namespace: 'a', labels: { floor: '1' } }))).toEqual(['a/y']);
  });

  test('shows of a Secret its keys and a hash, the same however the values are written', () => {
    const secret = (members: object): Manifest => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'a' },
      ...members,
    });
    const handle = (members: object) =>
      lookupOver([secret(members)], { askedBy: 'x' }).secret({ namespace: 'a', name: 's' });
    const written = handle({ stringData: { password: 'secret' } });
    expect(written).toEqual({ found: true, name: 's', keys: ['password'], hash: expect.any(String) as string });
    expect(handle({ data: { password: Buffer.from('secret').toString('base64') } })).toEqual(written);
    expect(handle({ stringData: { password: 'other' } })).not.toEqual(written);
    expect(JSON.stringify(written)).not.toContain('secret');
  });

  test('misses a Secret that wasn’t given', () => {
    expect(() => lookup.secret({ namespace: 'a', name: 's' })).toThrow(
      'Desk a/thesis refers to Secret a/s, which was not given',
    );
  });

  test('has no time and nobody to ask', () => {
    expect(lookup.clock.hasPassed(0)).toBe(false);
    expect(lookup.observe('prometheus', 'up')).toEqual({
      state: 'Failed',
      message: 'Nothing is asked of prometheus where there is no controller',
    });
  });
});
