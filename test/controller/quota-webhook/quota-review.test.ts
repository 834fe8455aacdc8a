/** What admission is told: a no only where the plan says that there is no room, and a yes to everything else. */
import type { JsonObject, JsonValue } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { type Preview, quotaReview } from '../../../src/controller/quota-webhook/quota-review';
import { PlanInterruption } from '../../../src/plan/interruption';
import type { Plan } from '../../../src/plan/plan';

const environment = (spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'adrasteia.dev/v1alpha1',
  kind: 'Environment',
  metadata: { name: 'thesis', ...metadata },
  spec,
});
const review = (request: JsonObject): JsonObject => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: { uid: 'u', namespace: 'tenant-ada', operation: 'CREATE', ...request },
});
const status = () => ({ fields: {}, conditions: [], settled: true });
const hold = (reason: string): Plan<unknown> => ({ outcome: 'hold', reason, message: 'no room', status });
const fits: Plan<unknown> = { outcome: 'apply', tree: undefined, status };
/** Those that ask for much don't fit. */
const bySize: Preview = ({ spec }) => ((spec as JsonObject)['size'] === 'large' ? hold('QuotaExceeded') : fits);
const allowed = (answer: JsonValue | undefined): unknown => (answer as { response?: JsonObject }).response?.['allowed'];

describe('admission', () => {
  test('refuses what there is no room for, in the words of the plan', () => {
    expect(quotaReview(review({ object: environment({ size: 'large' }) }), bySize)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u', allowed: false, status: { code: 403, reason: 'Forbidden', message: 'no room' } },
    });
  });

  test('plans the object in the namespace of the request', () => {
    const seen: KubeObject[] = [];
    quotaReview(review({ object: environment() }), (object) => {
      seen.push(object);
      return fits;
    });
    expect(seen.map(({ metadata }) => metadata)).toEqual([{ name: 'thesis', namespace: 'tenant-ada' }]);
  });

  test.each<[string, Plan<unknown> | PlanInterruption | undefined]>([
    ['fits', fits],
    ['is held for another reason', hold('TemplateNotFound')],
    ['can’t be planned yet', new PlanInterruption('Suspended', 'being listed')],
    ['isn’t looked after here', undefined],
  ])('lets pass what %s', (_what, plan) => {
    expect(allowed(quotaReview(review({ object: environment() }), () => plan))).toBe(true);
  });

  test('refuses a change that needs more than there is, and lets what waits already be changed in other ways', () => {
    const change = (before: string): JsonObject =>
      review({ operation: 'UPDATE', oldObject: environment({ size: before }), object: environment({ size: 'large' }) });
    expect(allowed(quotaReview(change('small'), bySize))).toBe(false);
    expect(allowed(quotaReview(change('large'), bySize))).toBe(true);
  });

  test('isn’t in the way of a deletion', () => {
    const object = environment({ size: 'large' }, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(allowed(quotaReview(review({ operation: 'UPDATE', object }), bySize))).toBe(true);
  });

  test.each<[string, JsonValue]>([
    ['nothing', null],
    ['a list', []],
    ['no request', {}],
    ['no uid', { request: {} }],
  ])('has no answer to %s', (_what, body) => {
    expect(quotaReview(body, bySize)).toBeUndefined();
  });
});
