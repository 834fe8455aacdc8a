import { kinds } from '../../constructs/kinds';
import { platformTree } from '../../constructs/platform';
import { controller } from '../../images/controller/image';
import { IMAGES } from '../../images/definitions';
import { packageVersion } from '../../src/adapters/files/package-version';
import { renderTree } from '../../src/synth';
import { only } from './small-images';

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
        readonly containers: readonly {
          readonly image: string;
          readonly args: readonly string[];
          readonly ports: readonly { readonly containerPort: number; readonly protocol: string }[];
        }[];
      };
    };
  };
}

function controllerDeployment(): Deployment {
  const objects = renderTree(platformTree({ kinds, version: packageVersion() })).map(({ manifest }) => manifest);
  return only(objects.filter(({ kind }) => kind === 'Deployment')) as unknown as Deployment;
}

test('every image has a name of its own that a registry takes', () => {
  const names = IMAGES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

test.each(IMAGES.map((image) => [image.name, image] as const))(
  'the user of %s is a number other than 0, so that Kubernetes can tell it isn’t root',
  (_, { config }) => {
    expect(config.user).toMatch(/^[1-9]\d*:\d+$/);
  },
);

test('the controller’s image is what the platform’s Deployment asks for, by name, user, arguments and ports', () => {
  const { securityContext, containers } = controllerDeployment().spec.template.spec;
  const container = only(containers);
  expect(container.image).toBe(`adrasteia/${controller.name}:${controller.tag ?? packageVersion()}`);
  expect(controller.config.user).toBe(`${securityContext.runAsUser}:${securityContext.runAsGroup}`);
  expect(controller.config.cmd).toEqual(container.args);
  const ports = container.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol.toLowerCase()}`);
  expect(controller.config.exposedPorts).toEqual(ports);
});
