/** The Pulumi door in this process, on Pulumi's mocks. */
import type { Manifest } from '../../src/api/object';
import type { WrittenForm } from '../../src/synth/written-form';
import { EnvironmentComponent } from '../../stacks/environment';
import { PlatformComponent } from '../../stacks/platform';
import { type MockedResource, mockedObjects, recordMocks } from '../support/pulumi-monitor';

export class PulumiDoor {
  private constructor(private readonly recorded: readonly MockedResource[]) {}

  static async open(): Promise<PulumiDoor> {
    return new PulumiDoor(await recordMocks());
  }

  /** What a component of this name registers for these objects. */
  async write(name: string, objects: readonly Manifest[], form: WrittenForm): Promise<readonly Manifest[]> {
    return this.manifests(new EnvironmentComponent(`${name}-${form}`, { objects, form }));
  }

  /** What the platform's component registers. */
  writePlatform(): Promise<readonly Manifest[]> {
    return this.manifests(new PlatformComponent('platform'));
  }

  private async manifests(component: EnvironmentComponent | PlatformComponent): Promise<readonly Manifest[]> {
    return (await mockedObjects(this.recorded, component)).map(({ inputs }) => inputs as unknown as Manifest);
  }
}
