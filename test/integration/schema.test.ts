/**
 * CRDs, defaults and rules against a real API server: it takes every CRD as it is written, and judges objects as validation
 * does.
 */

import { kinds } from '../../constructs/kinds';
import { canonicalJson } from '../../src/api/json';
import type { Manifest } from '../../src/api/object';
import { crdOf } from '../../src/schema/crd';
import { applyDefaults } from '../../src/schema/defaults';
import { validatorOf } from '../../src/schema/validator';
import { SAMPLES } from '../schema/kind-samples';
import { CASES, SPECIMEN } from '../schema/specimen';
import { kubectl } from '../support/cluster';
import { describeWithKubectl } from '../support/with-kubectl';

const CRDS = [
  { kind: 'Specimen', crd: crdOf(SPECIMEN) },
  ...kinds.map((kind) => ({ kind: `${kind.type.kind}.${kind.type.group}`, crd: kind.crd() })),
];

function send(verb: 'create' | 'replace', object: Manifest, expectFailure: boolean): string {
  const args = [verb, '--dry-run=server', '--validate=strict', '--output=json', '--filename=-'];
  const { stdout, stderr } = kubectl(args, { input: JSON.stringify(object), expectFailure });
  return expectFailure ? stderr : stdout;
}

describeWithKubectl('the API server', () => {
  beforeAll(() => {
    for (const { crd } of CRDS)
      kubectl(['apply', '--server-side', '--force-conflicts', '--filename=-'], { input: JSON.stringify(crd) });
    kubectl([
      'wait',
      '--for=condition=Established',
      '--timeout=60s',
      ...CRDS.map(({ crd }) => `crd/${crd.metadata.name}`),
    ]);
    // Discovery of a new kind may lag behind its condition.
    for (const { crd } of CRDS) kubectl(['get', crd.metadata.name, '--all-namespaces', '--ignore-not-found']);
  });

  afterAll(() => {
    kubectl(['delete', `crd/specimens.specimen.adrasteia.dev`, '--wait=false']);
  });

  test.each(CRDS)('stores the CRD of $kind as it is written', ({ crd }) => {
    const stored = JSON.parse(kubectl(['get', `crd/${crd.metadata.name}`, '--output=json']).stdout) as Manifest;
    expect(canonicalJson(stored['spec'])).toBe(canonicalJson(crd['spec']));
    const conditions = (stored['status'] as { conditions: readonly { type: string; status: string }[] }).conditions;
    expect(conditions.filter(({ type }) => type === 'NonStructuralSchema')).toEqual([]);
  });

  test.each(CASES.map((row) => [row.because, row] as const))(
    'judges as validation does: %s',
    (_, { object, problem }) => {
      expect(validatorOf(SPECIMEN)(object).length === 0).toBe(problem === undefined);
      const answer = send('create', object, problem !== undefined);
      if (problem !== undefined) return;
      const { spec } = JSON.parse(answer) as { spec: unknown };
      expect(spec).toEqual(applyDefaults(SPECIMEN, object)['spec']);
    },
  );

  test.each(SAMPLES.map((sample) => [`${sample.schema.type.kind}: ${sample.because}`, sample] as const))(
    'judges as validation does: %s',
    (_, { schema, object, previous, path }) => {
      const [problem] = validatorOf(schema)(object, previous);
      expect(problem?.path).toBe(path);
      if (previous !== undefined) kubectl(['create', '--filename=-'], { input: JSON.stringify(previous) });
      try {
        const answer = send(previous === undefined ? 'create' : 'replace', object, path !== undefined);
        const rule = (schema.rules ?? []).find(({ message }) => message === problem?.message);
        if (rule !== undefined) expect(answer).toContain(rule.message);
        if (path === undefined)
          expect((JSON.parse(answer) as Manifest)['spec']).toEqual(applyDefaults(schema, object)['spec']);
      } finally {
        if (previous !== undefined)
          kubectl(['delete', '--wait=false', '--filename=-'], { input: JSON.stringify(previous) });
      }
    },
  );

  test('explains every field', () => {
    expect(
      kubectl(['explain', 'environments.spec.templateRef', '--api-version=adrasteia.dev/v1alpha1']).stdout,
    ).toContain('What it is made from.');
  });
});
