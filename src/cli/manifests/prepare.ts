/**
 * Objects made ready to be sent: put right where a dialect knows how, placed in a namespace, judged by the rules of their
 * kind, and put in order.
 */
import type { SourcedManifest } from '../../adapters/files/manifest-documents';
import { describeObject, type Manifest, referenceKey, referenceTo } from '../../api/object';
import type { Problem } from '../../api/problem';
import { jupyterServerCorrections } from '../../dialects/amalthea';
import type { CorrectManifest } from '../../dialects/corrections';
import { kodeCorrections } from '../../dialects/kode';
import { AdrasteiaError } from '../../errors';
import { applyOrder } from '../../synth/apply-order';
import { getsNamespaces, isEnvironment, kindOfObject } from '../cluster/environment-kinds';

/** Every dialect's corrections, one after the other. */
const CORRECTIONS: readonly CorrectManifest[] = [kodeCorrections, jupyterServerCorrections];

export interface Prepared {
  /** What was put right, one line each, naming object and field. */
  readonly notices: readonly string[];
  /** In the order in which they are to be sent. */
  readonly manifests: readonly SourcedManifest[];
  /** `ObjectInvalid`, one for each thing that is wrong, naming object, field and remedy; such objects aren't among `manifests`. */
  readonly problems: readonly AdrasteiaError[];
}

/** What is to be sent of an input. `namespace` is for objects of our kinds that name none; others get theirs when their scope is known. */
export function prepare(input: readonly SourcedManifest[], namespace: string): Prepared {
  const place = (item: SourcedManifest): SourcedManifest => ({
    ...item,
    manifest: withNamespace(item.manifest, namespace),
  });
  // Placed before, for references between them, and after, where only the correction told what they are.
  const { manifests: corrected, notices } = correct(input.map(place));
  const problems: AdrasteiaError[] = [];
  const seen = new Map<string, string>();
  const valid = corrected.map(place).filter(({ manifest, where }) => {
    const key = referenceKey(referenceTo(manifest));
    const first = seen.get(key);
    const found: readonly Problem[] =
      first === undefined
        ? (kindOfObject(manifest)?.validate(manifest) ?? [])
        : [{ path: 'metadata.name', message: `is that of another object in ${first}: remove one of them` }];
    seen.set(key, first ?? where);
    problems.push(
      ...found.map(
        ({ path, message }) =>
          new AdrasteiaError(
            'ObjectInvalid',
            `${describeObject(manifest)}: ${path === '' ? '' : `${path}: `}${message} (${where})`,
          ),
      ),
    );
    return found.length === 0;
  });
  return { notices, manifests: inSendOrder(valid), problems };
}

function withNamespace(manifest: Manifest, namespace: string): Manifest {
  const type = kindOfObject(manifest)?.type;
  if (type?.namespaced !== true || manifest.metadata.namespace !== undefined) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

function correct(input: readonly SourcedManifest[]): Pick<Prepared, 'manifests' | 'notices'> {
  const others = input.map(({ manifest }) => manifest);
  const notices: string[] = [];
  const manifests = input.map((item) =>
    CORRECTIONS.reduce((current, correction) => {
      const { manifest, corrections } = correction(current.manifest, others);
      notices.push(
        ...corrections.map(
          ({ path, message }) => `corrected ${describeObject(manifest)}: ${path}: ${message} (${current.where})`,
        ),
      );
      return { ...current, manifest };
    }, item),
  );
  return { manifests, notices };
}

/**
 * What others lie in or are made of first: namespaces and CRDs, then tenants and workspaces, which get namespaces, then everything that
 * isn't an environment, then environments, which refer to the rest.
 */
function inSendOrder(input: readonly SourcedManifest[]): readonly SourcedManifest[] {
  const items = applyOrder(
    input.map((item) => ({
      key: referenceKey(referenceTo(item.manifest)),
      kind: item.manifest.kind,
      dependsOn: [],
      item,
    })),
  ).map(({ item }) => item);
  const stageOf = ({ manifest }: SourcedManifest): number => {
    if (manifest.kind === 'Namespace' || manifest.kind === 'CustomResourceDefinition') return 0;
    if (getsNamespaces(manifest)) return 1;
    return isEnvironment(manifest) ? 3 : 2;
  };
  return [0, 1, 2, 3].flatMap((stage) => items.filter((item) => stageOf(item) === stage));
}
