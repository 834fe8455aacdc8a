/**
 * In which form an answer is wanted: JSON or YAML, the object itself, its metadata alone, or a table.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
 */
import { notAcceptable } from '../status-error';

export type Encoding = 'json' | 'yaml';

export interface OutputForm {
  readonly encoding: Encoding;
  /** What the object is shown as; `object` is the object itself. */
  readonly as: 'object' | 'partial' | 'partial-list' | 'table';
  /** The `apiVersion` of partial objects and tables. */
  readonly metaVersion: 'meta.k8s.io/v1' | 'meta.k8s.io/v1beta1';
  readonly isPretty: boolean;
}

interface AcceptClause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['*/*', 'json'],
  ['', 'json'],
  ['application/yaml', 'yaml'],
]);

const FORMS: ReadonlyMap<string, OutputForm['as']> = new Map([
  ['PartialObjectMetadata', 'partial'],
  ['PartialObjectMetadataList', 'partial-list'],
  ['Table', 'table'],
]);

/**
 * The first form of an `Accept` header that can be given. `isWatch` leaves out YAML, which has no frames.
 * Throws `StatusError` 406 where none can.
 */
export function negotiateOutput(accept: string | undefined, { isWatch = false, isPretty = false } = {}): OutputForm {
  for (const clause of clausesOf(accept ?? '')) {
    const encoding = ENCODINGS.get(clause.type);
    if (encoding === undefined || (isWatch && encoding === 'yaml')) continue;
    const as = clause.parameters.get('as');
    const version = clause.parameters.get('v') ?? 'v1';
    if (as === undefined) return { encoding, as: 'object', metaVersion: 'meta.k8s.io/v1', isPretty };
    const form = FORMS.get(as);
    if (form === undefined || clause.parameters.get('g') !== 'meta.k8s.io') continue;
    if (version !== 'v1' && version !== 'v1beta1') continue;
    return { encoding, as: form, metaVersion: `meta.k8s.io/${version}`, isPretty };
  }
  throw notAcceptable();
}

/** The clauses of an `Accept` header, those of a higher quality first. */
export function clausesOf(accept: string): readonly AcceptClause[] {
  if (accept.trim() === '') return [{ type: '', parameters: new Map(), quality: 1 }];
  const clauses = accept.split(',').map((text): AcceptClause => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map(
      rest.map((parameter): [string, string] => {
        const [name = '', value = ''] = parameter.split('=');
        return [name, value];
      }),
    );
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? '1') };
  });
  return clauses.sort((a, b) => b.quality - a.quality);
}
