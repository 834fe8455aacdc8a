/**
 * Pulumi's own mocks, recording. Quicker than a process, and shows less: no parents beyond their type, no dependencies.
 */
import { type ComponentResource, type Resource, runtime } from '@pulumi/pulumi';
import type { JsonObject } from '../../../src/api/json';

/** One resource as the mocks were asked for it. */
export interface MockedResource {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** `URN::id`; empty for the default provider. */
  readonly provider: string;
  /** Inputs with secrets unwrapped. */
  readonly inputs: JsonObject;
}

/** Starts Pulumi's mocks for this test file; gives the list that fills as resources are registered. */
export async function recordMocks(): Promise<readonly MockedResource[]> {
  const resources: MockedResource[] = [];
  await runtime.setMocks({
    call: ({ inputs }) => inputs as Record<string, unknown>,
    newResource: ({ type, name, custom, provider, inputs }) => {
      const given = inputs as Record<string, unknown>;
      resources.push({ type, name, custom: custom === true, provider: provider ?? '', inputs: unwrapped(given) });
      return { id: `${name}-id`, state: given };
    },
  });
  return resources;
}

/** The resources of a component's objects, in the component's order, once all of them are registered. */
export async function mockedObjects(
  recorded: readonly MockedResource[],
  component: ComponentResource & { readonly objects: ReadonlyMap<string, Resource> },
): Promise<readonly MockedResource[]> {
  const urns = await settled(component);
  return urns.flatMap((urn) => recorded.filter(({ type, name }) => urn.endsWith(`$${type}::${name}`)));
}

/** Waits until every object of a component is registered, and gives their URNs. */
export async function settled(component: {
  readonly objects: ReadonlyMap<string, Resource>;
}): Promise<readonly string[]> {
  return Promise.all([...component.objects.values()].map(urnOf));
}

function urnOf(resource: Resource): Promise<string> {
  return new Promise((resolve) => {
    resource.urn.apply(resolve);
  });
}

function unwrapped(inputs: Record<string, unknown>): JsonObject {
  const members = Object.entries(inputs).map(([key, value]) => [
    key,
    runtime.isRpcSecret(value) ? (runtime.unwrapRpcSecret(value) as unknown) : value,
  ]);
  return Object.fromEntries(members) as JsonObject;
}
