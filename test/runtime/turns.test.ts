import { Turns } from '../../src/runtime/turns';

describe('turns', () => {
  test('so many run at a time, and the next begins when one has ended', async () => {
    const turns = new Turns(2);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const act = (index: number) =>
      turns.take(() => {
        begun.push(index);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const all = [act(0), act(1), act(2)];
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await all[1];
    expect(begun).toEqual([0, 1, 2]);
    for (const end of ends) end();
    await Promise.all(all);
  });

  test('one that fails gives its turn back, and its error to who asked', async () => {
    const turns = new Turns(1);
    await expect(turns.take(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await expect(turns.take(() => Promise.resolve('done'))).resolves.toBe('done');
  });
});
