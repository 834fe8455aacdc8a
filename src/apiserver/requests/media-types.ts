/**
 * In which form an answer is wanted: JSON, YAML or protobuf, the object itself, its metadata alone, or a table.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
 */
import { encodingNotAcceptable, notAcceptable, streamNotAcceptable } from '../status-error';

export type Encoding = 'json' | 'yaml' | 'protobuf';

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

const ANY_APPLICATION = 'application/*';

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  ['application/json', 'json'],
  [ANY_APPLICATION, 'json'],
  ['*/*', 'json'],
  ['', 'json'],
  ['application/yaml', 'yaml'],
  ['application/vnd.kubernetes.protobuf', 'protobuf'],
]);

const FORMS: ReadonlyMap<string, OutputForm['as']> = new Map([
  ['PartialObjectMetadata', 'partial'],
  ['PartialObjectMetadataList', 'partial-list'],
  ['Table', 'table'],
]);

/** Of a request, what matters to the form of its answer. */
export interface OutputWish {
  readonly isWatch?: boolean;
  /** The answer is a list, or a watch of one. */
  readonly isCollection?: boolean;
  readonly isPretty?: boolean;
  /** False for custom objects. */
  readonly hasProtobuf?: boolean;
}

/**
 * The first form of an `Accept` header that can be given. YAML has no frames for a watch; the object itself is given in protobuf
 * where it `hasProtobuf`, its metadata always, and tables never. Throws `StatusError` 406 where none can.
 */
export function negotiateOutput(
  accept: string | undefined,
  { isWatch = false, isCollection = false, isPretty = false, hasProtobuf = false }: OutputWish,
): OutputForm {
  const clauses = clausesOf(accept ?? '');
  // Endpoints of built-in kinds know no `application/*`.
  if (hasProtobuf && !clauses.some(({ type }) => type !== ANY_APPLICATION && ENCODINGS.has(type)))
    throw notAcceptable(isCollection);
  for (const clause of clauses) {
    const encoding = ENCODINGS.get(clause.type);
    if (encoding === undefined) continue;
    const as = clause.parameters.get('as');
    const version = clause.parameters.get('v') ?? 'v1';
    if (as === undefined && encoding === 'protobuf' && !hasProtobuf) continue;
    if (isWatch && encoding === 'yaml') throw streamNotAcceptable();
    if (as === undefined) return { encoding, as: 'object', metaVersion: 'meta.k8s.io/v1', isPretty };
    const form = FORMS.get(as);
    if (form === undefined || clause.parameters.get('g') !== 'meta.k8s.io') continue;
    if (version !== 'v1' && version !== 'v1beta1') continue;
    if (form === 'table' && encoding === 'protobuf') continue;
    return { encoding, as: form, metaVersion: `meta.k8s.io/${version}`, isPretty };
  }
  throw encodingNotAcceptable();
}

/** The encoding of an answer that isn't what was asked for. */
export function failureEncoding(accept: string): Encoding {
  const [known] = clausesOf(accept).flatMap(({ type }) => ENCODINGS.get(type) ?? []);
  return known ?? 'json';
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
