import { PrometheusMetrics } from '../../../src/adapters/prometheus/runtime-metrics';

describe('the metrics page', () => {
  test('says what the runtime counted, under controller-runtime’s names', async () => {
    const metrics = new PrometheusMetrics();
    metrics.reconciled('Kode', 'success', 0.02);
    metrics.reconciled('Kode', 'error', 0.02);
    metrics.activeWorkers('Kode', 3);
    metrics.queueAdded();
    metrics.queueDepth(7);
    metrics.queueWaited(0.1);
    metrics.queueRetried();
    metrics.rendered('Kode', 0.001);
    metrics.written('Service', 'apply');
    metrics.leading(true);
    metrics.requested('apply', '200');
    const { contentType, body } = await metrics.page();
    expect(contentType).toContain('text/plain');
    for (const line of [
      'controller_runtime_reconcile_total{controller="Kode",result="success"} 1',
      'controller_runtime_reconcile_errors_total{controller="Kode"} 1',
      'controller_runtime_reconcile_time_seconds_count{controller="Kode"} 2',
      'controller_runtime_active_workers{controller="Kode"} 3',
      'workqueue_adds_total{name="adrasteia"} 1',
      'workqueue_depth{name="adrasteia"} 7',
      'workqueue_queue_duration_seconds_count{name="adrasteia"} 1',
      'workqueue_work_duration_seconds_count{name="adrasteia"} 2',
      'workqueue_retries_total{name="adrasteia"} 1',
      'rest_client_requests_total{method="apply",code="200"} 1',
      'leader_election_master_status{name="adrasteia"} 1',
      'adrasteia_writes_total{kind="Service",verb="apply"} 1',
      'adrasteia_render_time_seconds_count{controller="Kode"} 1',
    ]) {
      expect(body).toContain(`${line}\n`);
    }
  });

  test('names no object: a thousand environments are no more lines than one', async () => {
    const metrics = new PrometheusMetrics();
    metrics.written('Service', 'apply');
    const { body: before } = await metrics.page();
    for (let index = 0; index < 1_000; index++) metrics.written('Service', 'apply');
    const { body: after } = await metrics.page();
    const ours = (page: string): number => page.split('\n').filter((line) => line.startsWith('adrasteia_')).length;
    expect(ours(after)).toBe(ours(before));
  });
});
