import { parseTargets } from '../../../src/cli/cluster/targets';

describe('targets', () => {
  it('are named as KIND/NAME, several at once', () => {
    expect(parseTargets(['environment/a', 'kode/b'])).toEqual([
      { kind: 'environment', name: 'a' },
      { kind: 'kode', name: 'b' },
    ]);
  });

  it('are named as a kind and names', () => {
    expect(parseTargets(['kode', 'a', 'b'])).toEqual([
      { kind: 'kode', name: 'a' },
      { kind: 'kode', name: 'b' },
    ]);
  });

  it.each([[[]], [['kode']], [['kode/']], [['/a']], [['a/b/c']], [['kode/a', 'b']]])(
    'are unclear in %j',
    (args: readonly string[]) => {
      expect(() => parseTargets(args)).toThrow(
        expect.objectContaining({
          code: 'UsageInvalid',
          message: expect.stringContaining('write KIND/NAME') as string,
        }) as Error,
      );
    },
  );
});
