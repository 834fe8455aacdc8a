/** External work against a fake system and a clock turned by hand. */
import type { JsonValue } from '../../src/api/json';
import { AdrasteiaError } from '../../src/errors';
import type { Once } from '../../src/plan/plan';
import type { ExternalSystem, NotDone } from '../../src/ports/external-system';
import { ExternalWork } from '../../src/runtime/external-work';
import type { InventoryContent } from '../../src/runtime/inventory';
import { FakeClock } from '../support/fake-clock';
import { silentLogger } from '../support/silent-logger';

const OWNER = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'ada', uid: 'uid-1' } };
const ACCOUNT = { system: 'fake', key: 'account', spec: { name: 'ada' }, keep: true };
const MAIL: Once = { system: 'fake', key: 'mail', action: {}, after: { key: 'account', each: 'id' } };

/** Does what it is told to, and counts. */
class FakeSystem implements ExternalSystem {
  readonly calls: string[] = [];
  id = 'id-1';
  trouble: Error | undefined;
  mailTrouble: Error | NotDone | undefined;

  refreshMs(): number {
    return 600_000;
  }

  ensure(key: string): Promise<JsonValue> {
    return this.answer(`ensure ${key}`, { id: this.id });
  }

  async release(key: string, spec?: JsonValue): Promise<void> {
    await this.answer(`release ${key} ${JSON.stringify(spec)}`, null);
  }

  perform(key: string): Promise<NotDone | undefined> {
    this.calls.push(`perform ${key}`);
    if (this.mailTrouble instanceof Error) return Promise.reject(this.mailTrouble);
    return Promise.resolve(this.mailTrouble);
  }

  private answer<T>(call: string, value: T): Promise<T> {
    this.calls.push(call);
    return this.trouble === undefined ? Promise.resolve(value) : Promise.reject(this.trouble);
  }
}

/** Keeps contents as they were written. */
class FakeInventory {
  readonly written: InventoryContent[] = [];

  read(): InventoryContent {
    return this.written.at(-1) ?? { entries: [], external: [], ledger: [] };
  }

  write(_owner: unknown, content: InventoryContent): Promise<boolean> {
    this.written.push(content);
    return Promise.resolve(true);
  }
}

let system: FakeSystem;
let inventory: FakeInventory;
let clock: FakeClock;
let work: ExternalWork;
const newWork = (): ExternalWork =>
  new ExternalWork({
    systems: { fake: system },
    clock,
    log: silentLogger(),
    onObserved: () => undefined,
    isObserved: () => false,
  });
beforeEach(() => {
  system = new FakeSystem();
  inventory = new FakeInventory();
  clock = new FakeClock();
  work = newWork();
});

describe('what is ensured (by a fake system)', () => {
  const run = () => work.run(OWNER, { ensure: [ACCOUNT] }, inventory);

  it('is looked at again when what was seen has aged, and not before', async () => {
    expect(await run()).toBe(600_000);
    clock.advance(599_999);
    expect(await run()).toBe(1);
    clock.advance(1);
    await run();
    expect(system.calls).toEqual(['ensure account', 'ensure account']);
  });

  it('is tried again soon after a failure, in pauses that grow to a minute', async () => {
    system.trouble = new AdrasteiaError('IdentityProviderUnavailable', 'no answer');
    const pauses: (number | undefined)[] = [];
    for (let index = 0; index < 8; index++) {
      pauses.push(await run());
      clock.advance(pauses.at(-1) ?? 0);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(work.states('uid-1').get('fake/account')).toEqual({
      state: 'Failed',
      message: 'no answer',
      code: 'IdentityProviderUnavailable',
    });
    system.trouble = undefined;
    expect(await run()).toBe(600_000);
    expect(work.states('uid-1').get('fake/account')).toMatchObject({ state: 'Known' });
  });

  it('is tried at once where something else is asked', async () => {
    system.trouble = new Error('no');
    await run();
    system.trouble = undefined;
    await work.run(OWNER, { ensure: [{ ...ACCOUNT, spec: { name: 'Ada' } }] }, inventory);
    expect(work.states('uid-1').get('fake/account')).toMatchObject({ state: 'Known' });
  });

  it('is in no inventory where it is kept, so nothing is written for it', async () => {
    await run();
    await work.run(OWNER, {}, inventory);
    expect(inventory.written).toEqual([]);
    expect(system.calls).toEqual(['ensure account']);
  });

  it('is in the inventory before it is made, and taken back when it is no longer asked for', async () => {
    const listed = { system: 'fake', key: 'account', spec: {} };
    await work.run(OWNER, { ensure: [listed] }, inventory);
    expect(inventory.read().external).toEqual([{ system: 'fake', key: 'account' }]);
    system.trouble = new Error('no');
    expect(await work.run(OWNER, {}, inventory)).toBe(1_000);
    expect(inventory.read().external).toHaveLength(1);
    system.trouble = undefined;
    clock.advance(1_000);
    await work.run(OWNER, {}, inventory);
    expect(inventory.read().external).toEqual([]);
  });
});

describe('what belongs to another thing (of a fake system)', () => {
  const ROLES = { ...ACCOUNT, key: 'roles', after: { key: 'account', each: 'id' } };
  const run = () => work.run(OWNER, { ensure: [ACCOUNT, ROLES] }, inventory);

  it('waits until that is there', async () => {
    system.trouble = new Error('no');
    expect(await run()).toBe(1_000);
    expect(system.calls).toEqual(['ensure account']);
    system.trouble = undefined;
    clock.advance(1_000);
    await run();
    expect(system.calls).toEqual(['ensure account', 'ensure account', 'ensure roles']);
  });

  it('is done again at once where that is another one', async () => {
    await run();
    clock.advance(300_000);
    await work.run(OWNER, { ensure: [{ ...ACCOUNT, spec: { name: 'Ada' } }, ROLES] }, inventory);
    expect(system.calls).toEqual(['ensure account', 'ensure roles', 'ensure account']);
    system.id = 'id-2';
    await run();
    expect(system.calls.slice(3)).toEqual(['ensure account', 'ensure roles']);
  });
});

describe('a one-shot (of a fake system)', () => {
  const run = () => work.run(OWNER, { ensure: [ACCOUNT], once: [MAIL] }, inventory);
  const mails = () => system.calls.filter((call) => call === 'perform mail').length;

  it('waits outside the ledger until what it belongs to is there', async () => {
    system.trouble = new Error('no');
    await run();
    expect(mails()).toBe(0);
    expect(inventory.read().ledger).toEqual([]);
    system.trouble = undefined;
    clock.advance(1_000);
    await run();
    expect(mails()).toBe(1);
    expect(inventory.read().ledger).toEqual(['mail/id-1']);
  });

  it('isn’t done again by another process', async () => {
    await run();
    work = newWork();
    await run();
    expect(mails()).toBe(1);
  });

  it('isn’t done again where it may have been done', async () => {
    system.mailTrouble = new Error('no answer in the time allowed');
    await run();
    system.mailTrouble = undefined;
    clock.advance(3_600_000);
    await run();
    expect(mails()).toBe(1);
  });

  it('is done later where it surely wasn’t done, and says why until then', async () => {
    system.mailTrouble = { notDone: 'the mail server is down' };
    expect(await run()).toBe(1_000);
    expect(inventory.read().ledger).toEqual([]);
    expect(work.states('uid-1').get('fake/mail')).toEqual({ state: 'Failed', message: 'the mail server is down' });
    system.mailTrouble = undefined;
    clock.advance(1_000);
    await run();
    await run();
    expect(mails()).toBe(2);
    expect([...work.states('uid-1').keys()]).toEqual(['fake/account']);
  });

  it('that wasn’t done has what it belongs to looked at again before it is tried again', async () => {
    system.mailTrouble = { notDone: 'there is no such account' };
    await run();
    system.id = 'id-2';
    system.mailTrouble = undefined;
    clock.advance(1_000);
    await run();
    expect(system.calls).toEqual(['ensure account', 'perform mail', 'ensure account', 'perform mail']);
    expect(inventory.read().ledger).toEqual(['mail/id-2']);
  });

  it('is done once for each thing of that name', async () => {
    await run();
    system.id = 'id-2';
    clock.advance(600_000);
    await run();
    await run();
    expect(mails()).toBe(2);
    expect(inventory.read().ledger).toEqual(['mail/id-1', 'mail/id-2']);
  });
});

describe('what a teardown names (of a fake system)', () => {
  const named = [{ system: 'fake', key: 'account', spec: { name: 'ada' } }];

  it('is taken back without an inventory, once', async () => {
    expect(await work.release(OWNER, named, inventory)).toBeUndefined();
    expect(await work.release(OWNER, named, inventory)).toBeUndefined();
    expect(system.calls).toEqual(['release account {"name":"ada"}']);
  });

  it('is asked for until it is taken back', async () => {
    system.trouble = new Error('no');
    expect(await work.release(OWNER, named, inventory)).toBe(1_000);
    expect(await work.release(OWNER, named, inventory)).toBe(1_000);
    clock.advance(1_000);
    system.trouble = undefined;
    expect(await work.release(OWNER, named, inventory)).toBeUndefined();
    expect(system.calls).toHaveLength(2);
  });

  it('isn’t forgotten where its system is not configured', async () => {
    const [item] = named;
    const strange = [{ ...item, system: 'absent', key: 'account', spec: {} }];
    expect(await work.release(OWNER, strange, inventory)).toBe(1_000);
    expect(work.states('uid-1').get('absent/account')).toMatchObject({ state: 'Failed' });
  });
});
