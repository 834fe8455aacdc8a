/**
 * Who may do what, as the API server answers: real requests of each kind of user, through RBAC and admission. The answers are a
 * section of `docs/tenancy.md`, and this suite holds it to them. To write it anew:
 *
 *     ADRA_WRITE_RIGHTS=1 npx jest test/integration/tenancy/rights-matrix --selectProjects embedded
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLAIM } from '../../../constructs/parts/resource-types';
import type { Manifest } from '../../../src/api/object';
import { CONTROLLER_NAME, controllerConnection } from '../../rights/controller-account';
import { anyEnvironment, anyTemplate } from '../../support/engine';
import { eventually } from '../../support/eventually';
import { type Judgement, judged } from './judgement';
import { Person } from './person';
import { type AnsweredSection, rightsOf, rightsTables, withRights } from './rights-page';
import { COLUMNS, type Entry, type Row, rightsSections, type Subject, type Surroundings } from './rights-rows';
import {
  ENVIRONMENT,
  isReady,
  KINDS,
  of,
  POD,
  person,
  podManifest,
  SECRET,
  SERVICE_ACCOUNT,
  TEMPLATE,
  TenancyScene,
  WORKSPACE,
} from './scene';

jest.setTimeout(300_000);

const PAGE = join(__dirname, '../../../docs/tenancy.md');
/** How long rights may take until they hold: answers are asked for again until they are those of the page. */
const PATIENCE_MS = 30_000;

let scene: TenancyScene;
let subjects: readonly Subject[];
let there: Surroundings;
beforeAll(async () => {
  scene = await TenancyScene.make({ admission: true });
  there = surroundings();
  await apply(there);
  subjects = await people(there);
});
afterAll(async () => {
  await scene.close();
});

function surroundings(): Surroundings {
  const [own, foreign] = [scene.name('tea'), scene.name('coffee')];
  return {
    own,
    foreign,
    open: { None: scene.name('none'), Approval: scene.name('approval'), Immediate: scene.name('immediate') },
    other: {
      name: scene.name('grace'),
      entries: [
        { name: foreign, role: 'Member' },
        { name: own, role: 'Candidate' },
      ],
    },
    otherManager: scene.name('hopper'),
  };
}

const entriesOf = ({ own }: Surroundings): Readonly<Record<string, readonly Entry[]>> => ({
  tenant: [],
  candidate: [{ name: own, role: 'Candidate' }],
  member: [{ name: own, role: 'Member' }],
  manager: [{ name: own, role: 'Manager' }],
});

async function apply(wanted: Surroundings): Promise<void> {
  const { open, own, foreign, other, otherManager } = wanted;
  for (const [name, enrolment] of [
    [own, 'Approval'],
    [foreign, 'Approval'],
    [open.None, 'None'],
    [open.Approval, 'Approval'],
    [open.Immediate, 'Immediate'],
  ] as const) {
    await scene.apply(WORKSPACE, of('Workspace', name, { displayName: name, enrolment }));
    await scene.until(WORKSPACE, name, 'is ready', isReady);
  }
  const tenants: readonly (readonly [string, readonly Entry[]])[] = [
    ...Object.entries(entriesOf(wanted)).map(([base, entries]) => [scene.name(base), entries] as const),
    [other.name, other.entries],
    [otherManager, [{ name: own, role: 'Manager' }]],
  ];
  await scene.tenants(
    ...tenants.map(([name, workspaces]) =>
      person(name, { sandbox: true, workspaces, lastLogin: '2026-02-01T00:00:00Z' }),
    ),
  );
  for (const [name] of tenants) {
    await furnish(`tenant-${name}`, name);
    await furnish(`sandbox-${name}`);
  }
  for (const name of [own, foreign]) {
    await scene.harness.apply(TEMPLATE, placed(anyTemplate(), `workspace-${name}`));
    await scene.harness.apply(SECRET, secret(`workspace-${name}`));
    await scene.harness.apply(CLAIM, claim(`workspace-${name}`));
  }
}

/** Something of everything in a namespace. */
async function furnish(namespace: string, tenant?: string): Promise<void> {
  const { harness } = scene;
  await eventually(`${namespace} has its account`, () =>
    harness.cluster.get(SERVICE_ACCOUNT, { namespace, name: 'default' }),
  );
  await harness.apply(POD, podManifest(namespace, 'app'));
  await harness.apply(SECRET, secret(namespace));
  await harness.apply(CLAIM, claim(namespace));
  if (tenant === undefined) return;
  const owner = { kind: 'Tenant', name: tenant };
  await harness.apply(ENVIRONMENT, placed(anyEnvironment('thesis', { owner, desiredState: 'Running' }), namespace));
}

const placed = (manifest: Manifest, namespace: string): Manifest => ({
  ...manifest,
  metadata: { ...manifest.metadata, namespace },
});
const secret = (namespace: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'token', namespace },
});
const claim = (namespace: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

async function people(wanted: Surroundings): Promise<readonly Subject[]> {
  const { harness } = scene;
  const { connection } = harness.cluster;
  await controllerConnection(harness.cluster, harness.namespace, KINDS);
  const account = `system:serviceaccount:${harness.namespace}:${CONTROLLER_NAME}`;
  const made: Readonly<Record<string, Subject>> = {
    anonymous: { column: 'anonymous', user: 'system:anonymous', who: scene.known(Person.anonymous(connection)) },
    stranger: { column: 'stranger', user: scene.name('stranger'), who: scene.user(scene.name('stranger')) },
    ...Object.fromEntries(
      Object.entries(entriesOf(wanted)).map(([base, entries]) => [
        base,
        {
          column: base as Subject['column'],
          user: scene.name(base),
          who: scene.user(scene.name(base)),
          tenant: { name: scene.name(base), entries },
        },
      ]),
    ),
    administrator: { column: 'administrator', user: 'administrator', who: scene.known(Person.as(connection)) },
    controller: {
      column: 'controller',
      user: account,
      // On an administrator's word, so that what is only tried here doesn't count as what the controller does.
      who: scene.user(account, ['system:serviceaccounts', `system:serviceaccounts:${harness.namespace}`]),
    },
  };
  return COLUMNS.map((column) => {
    const subject = made[column];
    if (subject === undefined) throw new Error(`nobody is the ${column}`);
    return subject;
  });
}

async function answered(): Promise<readonly AnsweredSection[]> {
  const sections: AnsweredSection[] = [];
  for (const { title, rows } of rightsSections(there)) {
    const answers: AnsweredSection['rows'][number][] = [];
    for (const row of rows)
      answers.push({ what: row.what, cells: await Promise.all(subjects.map((subject) => cell(title, row, subject))) });
    sections.push({ title, rows: answers });
  }
  return sections;
}

async function cell(title: string, row: Row, subject: Subject): Promise<Judgement | undefined> {
  const attempt = row.attempt(subject);
  if (attempt === undefined) return undefined;
  const answer = await subject.who.ask(attempt);
  try {
    const judgement = judged(answer, row.beyond === undefined ? {} : { beyond: row.beyond });
    if (row.isReview !== true || judgement !== 'Yes') return judgement;
    const { status } = answer.body as { readonly status?: { readonly allowed?: unknown } };
    return status?.allowed === true ? 'Yes' : 'RefusedByRbac';
  } catch (cause) {
    throw new Error(`${title}: ${row.what}, as ${subject.column}`, { cause });
  }
}

test('everybody may do what the page says, and nothing else', async () => {
  const page = (): string => rightsOf(readFileSync(PAGE, 'utf8'));
  let tables = '';
  const ask = async (): Promise<boolean> => {
    const before = tables;
    tables = rightsTables(await answered());
    // Where the page is written anew, answers that don't change any more are waited for.
    return process.env['ADRA_WRITE_RIGHTS'] === undefined ? tables === page() : tables === before;
  };
  await eventually('the answers are those of the page', ask, PATIENCE_MS).catch(() => undefined);
  if (process.env['ADRA_WRITE_RIGHTS'] !== undefined)
    writeFileSync(PAGE, withRights(readFileSync(PAGE, 'utf8'), tables));
  expect(tables).toBe(page());
});

test('what is refused to whoever is in no workspace is refused to a candidate too', async () => {
  const tables = await answered();
  const [tenant, candidate] = [COLUMNS.indexOf('tenant'), COLUMNS.indexOf('candidate')];
  const more = tables.flatMap(({ title, rows }) =>
    rows
      .filter(({ cells }) => cells[candidate] === 'Yes' && cells[tenant] !== 'Yes')
      .map(({ what }) => `${title}: ${what}`),
  );
  expect(more).toEqual(['Entries of its own Tenant: leave the workspace']);
});
