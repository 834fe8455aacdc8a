/** All admission plugins of a server as one: in order, and with what they took up given back when a request fails. */
import type { KubeObject } from '../../api/object';
import type { AdmissionAttributes, AdmissionPlugin, Release } from '../admission/admission';
import type { DraftObject } from '../draft';

export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  /** Lets each plugin change the object, in order. Throws the first refusal. */
  async admit(object: DraftObject, attributes: AdmissionAttributes): Promise<void> {
    for (const plugin of this.#plugins) {
      // Most plugins answer at once; waiting for each would cost every write a turn of the event loop.
      const pending = plugin.admit?.(object, attributes);
      if (pending !== undefined) await pending;
    }
  }

  /** Asks each plugin, in order. Throws the first refusal, when what was taken up is given back. */
  async validate(object: KubeObject | undefined, attributes: AdmissionAttributes): Promise<Release> {
    const releases: Release[] = [];
    const release: Release = async () => {
      for (const undo of releases.splice(0).reverse()) await undo();
    };
    try {
      for (const plugin of this.#plugins) {
        const taken = plugin.validate?.(object, attributes);
        const undo = taken instanceof Promise ? await taken : taken;
        if (undo !== undefined) releases.push(undo);
      }
    } catch (error) {
      await release();
      throw error;
    }
    return release;
  }
}
