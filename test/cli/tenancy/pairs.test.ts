import { entriesOf, labelsOf, quotaOption } from '../../../src/cli/tenancy/pairs';

const ROLES = ['Member', 'Manager'] as const;
const parsed = (text: string): unknown => quotaOption('x').parseArg?.(text, undefined);

describe('a quota as pairs', () => {
  it('has amounts, environments as a number, and extended resources by name', () => {
    expect(parsed('cpu=2,memory=4Gi,storage=20Gi,environments=3,nvidia.com/gpu=1')).toEqual({
      cpu: '2',
      memory: '4Gi',
      storage: '20Gi',
      environments: 3,
      extended: { 'nvidia.com/gpu': '1' },
    });
    expect(parsed('environments=0')).toEqual({ environments: 0 });
  });

  it.each([
    { text: 'cpu', says: 'is not an amount' },
    { text: 'cpu=', says: 'is not an amount' },
    { text: 'cpu=1=2', says: 'is not an amount' },
    { text: 'cpu=lots', says: 'is no amount' },
    { text: 'cpu=1,cpu=2', says: 'names cpu twice' },
    { text: 'environments=1.5', says: 'is no whole number' },
    { text: 'cpus=1', says: 'neither one of cpu, memory, storage, environments' },
  ])('$text is refused', ({ text, says }) => {
    expect(() => parsed(text)).toThrow(says);
  });
});

describe('entries as pairs', () => {
  it('have the first role unless another one is said', () => {
    expect(entriesOf(['tea', 'coffee=Manager'], ROLES)).toEqual([
      { name: 'tea', role: 'Member' },
      { name: 'coffee', role: 'Manager' },
    ]);
  });

  it.each([['tea=Boss'], ['=Member'], ['tea=Member=Member'], ['tea', 'tea=Manager']])('%s is refused', (...texts) => {
    expect(() => entriesOf(texts, ROLES)).toThrow(expect.objectContaining({ code: 'UsageInvalid' }) as Error);
  });
});

test('labels are pairs that Kubernetes takes', () => {
  expect(labelsOf(['a=b', 'example.org/c=d'])).toEqual({ a: 'b', 'example.org/c': 'd' });
  expect(() => labelsOf(['a'])).toThrow(expect.objectContaining({ code: 'UsageInvalid' }) as Error);
});
