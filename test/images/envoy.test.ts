import { envoy } from '../../images/envoy/image';
import { sidecarContainer } from '../../src/access/envoy/sidecar-container';
import { GATE_SERVICE } from '../support/envoy/static-configuration';

test('Envoy’s image is what the sidecar’s container asks for, by program and user', () => {
  const { container } = sidecarContainer({
    name: 'thesis',
    namespace: 'team-a',
    listenPort: 8080,
    gate: { service: GATE_SERVICE, sidecar: { image: `adrasteia/${envoy.name}:${envoy.tag ?? ''}` } },
  });
  expect(envoy.config.entrypoint).toEqual(container.command);
  const [runAsUser, runAsGroup] = envoy.config.user.split(':').map(Number);
  expect(container.securityContext).toMatchObject({ runAsUser, runAsGroup });
});
