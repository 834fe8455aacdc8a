import { kinds } from '../../constructs/kinds';
import { defaultLeaseName, LEASE_NAME } from '../../src/controller/controller';
import { runtimeKinds } from '../../src/controller/runtime-kinds';
import { runAdra } from '../cli/recording-surroundings';

const NEXT = { key: 'adrasteia.dev/controller', value: 'next' };

describe('a controller with a target label', () => {
  it('chooses by it among the objects of every kind of tenants and workspaces, and of no other', () => {
    const planned = kinds.filter(({ planner }) => planner !== undefined);
    expect(runtimeKinds(kinds, { targetLabel: NEXT }).map(({ type, targetLabel }) => [type, targetLabel])).toEqual(
      planned.map(({ type, isTenancy, withEnvironments }) => [
        type,
        isTenancy === true && withEnvironments !== true ? NEXT : undefined,
      ]),
    );
    expect(runtimeKinds(kinds).filter(({ targetLabel }) => targetLabel !== undefined)).toEqual([]);
  });

  it('has a lease of its own, other than that of every other label', () => {
    const names = [undefined, NEXT, { ...NEXT, value: 'other' }, { ...NEXT, key: 'other' }].map((label) =>
      defaultLeaseName(label),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toBe(LEASE_NAME);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });

  it.each([
    { args: ['--target-label', 'next'], says: 'is no label: write key=value' },
    { args: ['--target-label', 'a=b'], says: 'add --tenancy' },
    { args: ['--resync', '1s'], says: 'Write a duration from 10s to 7d' },
    { args: ['--resync', 'often'], says: 'cannot be read' },
    { args: ['--no-environments'], says: 'leaves nothing to look after: add --tenancy' },
  ])('does not start where $args makes no sense', async ({ args, says }) => {
    const { code, stderr } = await runAdra(['controller', ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) as string });
  });
});
