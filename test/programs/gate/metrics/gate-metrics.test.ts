import { PrometheusGateMetrics } from '../../../../src/programs/gate/metrics/gate-metrics';

describe('the figures of the gate', () => {
  test('count checks by outcome, authorisers by verdict, and passwords by how they ended', async () => {
    const metrics = new PrometheusGateMetrics(() => 7);
    metrics.checked('Allowed', 0.0004);
    metrics.checked('NotGranted', 0.0004);
    metrics.externalAsked('gRPC', 'Denied', 0.01);
    metrics.credentialsTried('Basic', 'WrongCredentials');
    const { body, contentType } = await metrics.page();
    expect(contentType).toContain('text/plain');
    for (const line of [
      'adrasteia_gate_checks_total{outcome="Allowed"} 1',
      'adrasteia_gate_checks_total{outcome="NotGranted"} 1',
      'adrasteia_gate_check_seconds_count{outcome="Allowed"} 1',
      'adrasteia_gate_check_seconds_count{outcome="Other"} 1',
      'adrasteia_gate_external_seconds_count{kind="gRPC",result="Denied"} 1',
      'adrasteia_gate_credentials_total{method="Basic",result="WrongCredentials"} 1',
      'adrasteia_gate_environments 7',
    ]) {
      expect(body.split('\n')).toContain(line);
    }
  });
});
