import { ProviderDirectory } from '../../../../src/programs/gate/oidc/provider-directory';
import { type ProviderClient, RelyingParty } from '../../../../src/programs/gate/oidc/relying-party';
import { FakeClock, settle } from '../../../support/fake-clock';
import { LyingProvider } from '../../../support/oidc-provider/lying-provider';
import { silentLogger } from '../../../support/silent-logger';

const HOUR = 3_600_000;
const CLIENT: ProviderClient = { issuerUrl: 'https://sso.example.org', clientId: 'gate', clientSecret: 'hidden' };

let provider: LyingProvider;
let clock: FakeClock;
let reads: number;
let isDown: boolean;

beforeAll(async () => {
  provider = await LyingProvider.start();
});

beforeEach(() => {
  clock = new FakeClock();
  reads = 0;
  isDown = false;
});

afterAll(() => provider.stop());

function directory(log = silentLogger()): ProviderDirectory {
  return new ProviderDirectory({
    clock,
    log,
    discover: async () => {
      reads += 1;
      if (isDown) throw new Error('connect ECONNREFUSED');
      return RelyingParty.discover({ issuerUrl: provider.issuerUrl, clientId: 'gate' });
    },
  });
}

describe('a provider’s discovery document', () => {
  it('is read once for all who ask at the same time, and again when it is an hour old, in the background', async () => {
    const providers = directory();
    const [first, second] = await Promise.all([providers.find(CLIENT), providers.find(CLIENT)]);
    expect(first).toBeDefined();
    expect(second).toBe(first);
    clock.advance(HOUR - 1);
    expect(await providers.find(CLIENT)).toBe(first);
    expect(reads).toBe(1);
    clock.advance(1);
    expect(await providers.find(CLIENT)).toBe(first);
    expect(reads).toBe(2);
  });

  it('is kept for a day while the provider is down', async () => {
    const providers = directory();
    const first = await providers.find(CLIENT);
    isDown = true;
    for (let hours = 1; hours < 24; hours++) {
      clock.advance(HOUR);
      expect(await providers.find(CLIENT)).toBe(first);
      await settle();
    }
    clock.advance(HOUR);
    expect(await providers.find(CLIENT)).toBeUndefined();
    isDown = false;
    clock.advance(3000);
    expect(await providers.find(CLIENT)).toBeDefined();
  });

  it('that can’t be read isn’t asked for at every request, and the log tells no secret', async () => {
    const log = silentLogger();
    const providers = directory(log);
    isDown = true;
    for (let count = 0; count < 10; count++) expect(await providers.find(CLIENT)).toBeUndefined();
    expect(reads).toBe(1);
    expect(log.lines).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toContain('hidden');
    clock.advance(3000);
    isDown = false;
    expect(await providers.find(CLIENT)).toBeDefined();
  });

  it('is one for each client and secret', async () => {
    const providers = directory();
    await providers.find(CLIENT);
    await providers.find({ ...CLIENT, clientSecret: 'another' });
    await providers.find({ ...CLIENT, clientId: 'another' });
    expect(reads).toBe(3);
  });

  it('is forgotten for whoever asked longest ago, when there are very many', async () => {
    const providers = directory();
    isDown = true;
    for (let count = 0; count <= 500; count++) await providers.find({ ...CLIENT, clientId: `c${count}` });
    await providers.find({ ...CLIENT, clientId: 'c500' });
    expect(reads).toBe(501);
    await providers.find({ ...CLIENT, clientId: 'c0' });
    expect(reads).toBe(502);
  });
});
