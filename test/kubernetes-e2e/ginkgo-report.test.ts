import { type GinkgoSuite, specsOf } from './ginkgo-report';

function report(fields: object): NonNullable<GinkgoSuite['SpecReports']>[number] {
  return {
    ContainerHierarchyTexts: ['[sig-api-machinery] Watchers'],
    LeafNodeText: 'should observe',
    LeafNodeType: 'It',
    State: 'passed',
    RunTime: 1_260_000_000,
    ...fields,
  };
}

describe('what is read of a report', () => {
  it('is each spec that ran, with its seconds and why it failed', () => {
    const SpecReports = [
      report({}),
      report({ LeafNodeText: 'should end', State: 'failed', Failure: { Message: 'timed out' } }),
      report({ LeafNodeText: 'should wait', State: 'skipped' }),
      report({ ContainerHierarchyTexts: null, LeafNodeType: 'ReportAfterSuite', LeafNodeText: 'report' }),
    ];
    expect(specsOf([{ SpecReports }])).toEqual([
      { name: 'Watchers should observe', state: 'passed', seconds: 1.3 },
      { name: 'Watchers should end', state: 'failed', seconds: 1.3, message: 'timed out' },
    ]);
  });

  it('is an error where the suite could not be prepared', () => {
    const broken = report({
      LeafNodeType: 'SynchronizedBeforeSuite',
      State: 'failed',
      Failure: { Message: 'no nodes' },
    });
    expect(() => specsOf([{ SpecReports: [broken] }])).toThrow('SynchronizedBeforeSuite failed: no nodes');
  });
});
