/** The pages that are written from code. `npm run docs` writes them; a test holds them in step. */
import { ACCESS_POLICY, CLUSTER_ACCESS_POLICY } from '../constructs/access-policy';
import { ENTRY_POINT } from '../constructs/entry-point';
import { CONDITION_REASONS, ENVIRONMENT } from '../constructs/environment';
import { INVENTORY } from '../constructs/inventory';
import { SHARED_VOLUME } from '../constructs/shared-volume';
import { CLUSTER_ENVIRONMENT_TEMPLATE, ENVIRONMENT_TEMPLATE } from '../constructs/template';
import { TENANCY_CONDITION_REASONS, TENANT } from '../constructs/tenant';
import { WORKSPACE } from '../constructs/workspace';
import { ENVIRONMENT_ACCESS } from '../src/access/environment-access';
import { GATE } from '../src/access/gate';
import { systemClock } from '../src/adapters/system-clock';
import { EXIT_CODES } from '../src/cli/exit-codes';
import { wholeProgram } from '../src/cli/program';
import type { Surroundings } from '../src/cli/surroundings';
import { amaltheaFieldTables, jupyterServerFieldTables } from '../src/dialects/amalthea/field-tables';
import { crownlabsFieldTables } from '../src/dialects/crownlabs/field-tables';
import { withFieldTables } from '../src/dialects/field-page';
import type { FieldTable } from '../src/dialects/field-table';
import { goRemoteFieldTables } from '../src/dialects/go-remote/field-tables';
import { kodeFieldTables } from '../src/dialects/kode/field-tables';
import { ERROR_CATALOGUE } from '../src/errors';
import { referencePage } from '../src/schema/reference-page';
import { TENANCY } from '../src/tenancy/tenancy';
import { cliPage } from './cli-page';
import { conditionsPage } from './conditions-page';
import { errorsPage } from './errors-page';

/** A page below `docs/`. */
export interface Page {
  readonly path: string;
  /** The page as it is to be, from the text it has now (empty where there is none): some pages are written by hand in part. */
  readonly text: (current: string) => string;
}

/** Nothing is run: the program is only asked what its commands are. */
const SILENT: Surroundings = {
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  stdin: () => Promise.resolve(''),
  environment: {},
  clock: systemClock,
  signal: new AbortController().signal,
};

export const PAGES: readonly Page[] = [
  { path: 'errors.md', text: () => errorsPage(ERROR_CATALOGUE) },
  { path: 'cli.md', text: () => cliPage(wholeProgram(SILENT), Object.values(EXIT_CODES)) },
  { path: 'reference/conditions.md', text: () => conditionsPage('an environment', CONDITION_REASONS) },
  {
    path: 'reference/tenancy-conditions.md',
    text: () => conditionsPage('a tenant, a workspace or a shared volume', TENANCY_CONDITION_REASONS),
  },
  dialectPage('amalthea', amaltheaFieldTables),
  dialectPage('crownlabs', crownlabsFieldTables),
  dialectPage('go-remote', goRemoteFieldTables),
  dialectPage('jupyter-server', jupyterServerFieldTables),
  dialectPage('kode', kodeFieldTables),
  ...[
    ENVIRONMENT,
    ENVIRONMENT_TEMPLATE,
    CLUSTER_ENVIRONMENT_TEMPLATE,
    ENTRY_POINT,
    ACCESS_POLICY,
    CLUSTER_ACCESS_POLICY,
    GATE,
    ENVIRONMENT_ACCESS,
    TENANT,
    WORKSPACE,
    TENANCY,
    SHARED_VOLUME,
    INVENTORY,
  ].map((schema) => ({
    path: `reference/${schema.type.kind.toLowerCase()}.md`,
    text: () => referencePage(schema),
  })),
];

/** The page of a dialect: words by hand, field tables from the code. */
function dialectPage(system: string, tables: readonly FieldTable[]): Page {
  return {
    path: `dialects/${system}.md`,
    text: (current) => withFieldTables(current === '' ? `# ${system}\n` : current, tables),
  };
}
