/** Ginkgo's report in JSON, as far as it is read. @see https://onsi.github.io/ginkgo/#generating-machine-readable-reports */
import type { SpecResult } from './spec-result';

export interface GinkgoSuite {
  readonly SpecReports: readonly GinkgoSpec[] | null;
}

interface GinkgoSpec {
  readonly ContainerHierarchyTexts: readonly string[] | null;
  readonly LeafNodeText: string;
  readonly LeafNodeType: string;
  readonly State: string;
  /** Nanoseconds. */
  readonly RunTime: number;
  readonly Failure?: { readonly Message: string };
}

export interface RunSpec extends SpecResult {
  /** Why it failed. */
  readonly message?: string;
}

const SIG = '[sig-api-machinery] ';
const NS_PER_SECOND = 1e9;

/** The specs that ran. Throws where the whole suite's preparation failed. */
export function specsOf(suites: readonly GinkgoSuite[]): readonly RunSpec[] {
  const reports = suites.flatMap(({ SpecReports }) => SpecReports ?? []);
  const broken = reports.find(({ LeafNodeType, State }) => LeafNodeType !== 'It' && State !== 'passed');
  if (broken !== undefined) throw new Error(`${broken.LeafNodeType} ${broken.State}: ${broken.Failure?.Message ?? ''}`);
  return reports
    .filter(({ LeafNodeType, State }) => LeafNodeType === 'It' && State !== 'skipped')
    .map(({ ContainerHierarchyTexts, LeafNodeText, State, RunTime, Failure }) => ({
      name: [...(ContainerHierarchyTexts ?? []), LeafNodeText].join(' ').replace(SIG, ''),
      state: State,
      seconds: Math.round((RunTime / NS_PER_SECOND) * 10) / 10,
      ...(Failure === undefined ? {} : { message: Failure.Message }),
    }));
}
