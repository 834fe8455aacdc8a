/**
 * Metadata that every object of an environment carries.
 */
import type { EnvironmentModel } from '../../src/model/environment-model';
import type { Layout } from '../../src/model/layout';

/** What a part is made from. */
export interface PartProps {
  readonly model: EnvironmentModel;
  readonly layout: Layout;
}

export interface PartMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
}

/** Metadata under an explicit name; `annotations` come on top of the layout's. */
export function partMeta(
  { model, layout }: PartProps,
  name: string,
  annotations: Readonly<Record<string, string>> = {},
): PartMeta {
  return {
    name,
    namespace: model.namespace,
    labels: { ...layout.labels },
    annotations: { ...layout.annotations, ...annotations },
  };
}
