/**
 * The messages in which OpenAPI v2 documents are sent, as tables: which member of the JSON is which field.
 * @see https://github.com/google/gnostic-models/blob/v0.7.0/openapiv2/OpenAPIv2.proto
 */

/** How a field is written; a table stands for a message. */
export type SwaggerField =
  | 'text'
  | 'texts'
  | 'flag'
  | 'number'
  | 'integer'
  /** Any value, as YAML. */
  | 'any'
  | 'anys'
  | SwaggerMessage
  | { readonly each: SwaggerMessage };

export interface SwaggerMessage {
  /** Keyed by the member's name. */
  readonly fields?: Readonly<Record<string, readonly [number, SwaggerField]>>;
  /** Where members go whose name begins with `x-`. */
  readonly vendor?: number;
  /** Where all other members go, each with its name. */
  readonly named?: readonly [number, SwaggerField];
  /** The message holds one of several: the number of the one that the value is. */
  readonly choose?: (value: unknown) => readonly [number, SwaggerField];
  /** The message holds the value itself, or each item of a list, under this number. */
  readonly self?: readonly [number, SwaggerField];
}

function message(
  numbers: Readonly<Record<string, number>>,
  fields: Readonly<Record<string, SwaggerField>>,
  vendor?: number,
): SwaggerMessage {
  const entries = Object.entries(numbers).map(([name, number]) => [name, [number, fields[name] ?? 'text']] as const);
  return { fields: Object.fromEntries(entries), ...(vendor === undefined ? {} : { vendor }) };
}

function has(value: unknown, member: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, member);
}

function memberOf(value: unknown, member: string): unknown {
  return has(value, member) ? (value as Readonly<Record<string, unknown>>)[member] : undefined;
}

const VALUE_CHECKS: Readonly<Record<string, SwaggerField>> = {
  maximum: 'number',
  minimum: 'number',
  multipleOf: 'number',
  exclusiveMaximum: 'flag',
  exclusiveMinimum: 'flag',
  uniqueItems: 'flag',
  maxLength: 'integer',
  minLength: 'integer',
  maxItems: 'integer',
  minItems: 'integer',
  maxProperties: 'integer',
  minProperties: 'integer',
  default: 'any',
  enum: 'anys',
};

const EXTERNAL_DOCS = message({ description: 1, url: 2 }, {}, 3);

/** Numbers for the checks of a parameter, which follow one another. */
function checkNumbers(type: number): Readonly<Record<string, number>> {
  const names = [
    'type',
    'format',
    'items',
    'collectionFormat',
    'default',
    'maximum',
    'exclusiveMaximum',
    'minimum',
    'exclusiveMinimum',
    'maxLength',
    'minLength',
    'pattern',
    'maxItems',
    'minItems',
    'uniqueItems',
    'enum',
    'multipleOf',
  ];
  return Object.fromEntries(names.map((name, index) => [name, type + index]));
}

const PRIMITIVE_ITEMS: { -readonly [K in keyof SwaggerMessage]: SwaggerMessage[K] } = {};
Object.assign(PRIMITIVE_ITEMS, message(checkNumbers(1), { ...VALUE_CHECKS, items: PRIMITIVE_ITEMS }, 18));

// The schemas of a schema's parts are schemas: filled below.
const SCHEMA: { -readonly [K in keyof SwaggerMessage]: SwaggerMessage[K] } = {};
const NAMED_SCHEMAS: SwaggerMessage = { named: [1, SCHEMA] };
Object.assign(
  SCHEMA,
  message(
    {
      $ref: 1,
      format: 2,
      title: 3,
      description: 4,
      default: 5,
      multipleOf: 6,
      maximum: 7,
      exclusiveMaximum: 8,
      minimum: 9,
      exclusiveMinimum: 10,
      maxLength: 11,
      minLength: 12,
      pattern: 13,
      maxItems: 14,
      minItems: 15,
      uniqueItems: 16,
      maxProperties: 17,
      minProperties: 18,
      required: 19,
      enum: 20,
      additionalProperties: 21,
      type: 22,
      items: 23,
      allOf: 24,
      properties: 25,
      discriminator: 26,
      readOnly: 27,
      externalDocs: 29,
      example: 30,
    },
    {
      ...VALUE_CHECKS,
      required: 'texts',
      readOnly: 'flag',
      example: 'any',
      additionalProperties: { choose: (value) => (typeof value === 'boolean' ? [2, 'flag'] : [1, SCHEMA]) },
      type: { self: [1, 'text'] },
      items: { self: [1, SCHEMA] },
      allOf: { each: SCHEMA },
      properties: NAMED_SCHEMAS,
      externalDocs: EXTERNAL_DOCS,
    },
    31,
  ),
);

const PARAMETER_OF_PLACE: Readonly<Record<string, readonly [number, SwaggerMessage]>> = {
  header: [1, message({ required: 1, in: 2, description: 3, name: 4, ...checkNumbers(5) }, parameterFields(), 22)],
  formData: [
    2,
    message(
      { required: 1, in: 2, description: 3, name: 4, allowEmptyValue: 5, ...checkNumbers(6) },
      parameterFields(),
      23,
    ),
  ],
  query: [
    3,
    message(
      { required: 1, in: 2, description: 3, name: 4, allowEmptyValue: 5, ...checkNumbers(6) },
      parameterFields(),
      23,
    ),
  ],
  path: [4, message({ required: 1, in: 2, description: 3, name: 4, ...checkNumbers(5) }, parameterFields(), 22)],
};

function parameterFields(): Readonly<Record<string, SwaggerField>> {
  return { ...VALUE_CHECKS, required: 'flag', allowEmptyValue: 'flag', items: PRIMITIVE_ITEMS };
}

const BODY_PARAMETER = message(
  { description: 1, name: 2, in: 3, required: 4, schema: 5 },
  { required: 'flag', schema: SCHEMA },
  6,
);

const NON_BODY_PARAMETER: SwaggerMessage = {
  choose: (value) => PARAMETER_OF_PLACE[String(memberOf(value, 'in'))] ?? [3, {}],
};

const PARAMETER: SwaggerMessage = {
  choose: (value) => (memberOf(value, 'in') === 'body' ? [1, BODY_PARAMETER] : [2, NON_BODY_PARAMETER]),
};

const REFERENCE = message({ $ref: 1, description: 2 }, {});
const PARAMETERS_ITEM: SwaggerMessage = { choose: (value) => (has(value, '$ref') ? [2, REFERENCE] : [1, PARAMETER]) };

const RESPONSE = message({ description: 1, schema: 2 }, { schema: { self: [1, SCHEMA] } }, 5);
const RESPONSES: SwaggerMessage = {
  named: [1, { choose: (value) => (has(value, '$ref') ? [2, REFERENCE] : [1, RESPONSE]) }],
  vendor: 2,
};

const SECURITY_REQUIREMENT: SwaggerMessage = { named: [1, { self: [1, 'text'] }] };
const API_KEY = message({ type: 1, name: 2, in: 3, description: 4 }, {}, 5);

const OPERATION = message(
  {
    tags: 1,
    summary: 2,
    description: 3,
    externalDocs: 4,
    operationId: 5,
    produces: 6,
    consumes: 7,
    parameters: 8,
    responses: 9,
    schemes: 10,
    deprecated: 11,
    security: 12,
  },
  {
    tags: 'texts',
    produces: 'texts',
    consumes: 'texts',
    schemes: 'texts',
    deprecated: 'flag',
    externalDocs: EXTERNAL_DOCS,
    parameters: { each: PARAMETERS_ITEM },
    responses: RESPONSES,
    security: { each: SECURITY_REQUIREMENT },
  },
  13,
);

const PATH_ITEM = message(
  { $ref: 1, get: 2, put: 3, post: 4, delete: 5, options: 6, head: 7, patch: 8, parameters: 9 },
  {
    get: OPERATION,
    put: OPERATION,
    post: OPERATION,
    delete: OPERATION,
    options: OPERATION,
    head: OPERATION,
    patch: OPERATION,
    parameters: { each: PARAMETERS_ITEM },
  },
  10,
);

/** A whole document, as far as Kubernetes' documents use it. */
export const SWAGGER_DOCUMENT = message(
  {
    swagger: 1,
    info: 2,
    host: 3,
    basePath: 4,
    paths: 8,
    definitions: 9,
    parameters: 10,
    security: 12,
    securityDefinitions: 13,
  },
  {
    info: message({ title: 1, version: 2, description: 3, termsOfService: 4 }, {}, 7),
    paths: { named: [2, PATH_ITEM], vendor: 1 },
    definitions: NAMED_SCHEMAS,
    parameters: { named: [1, PARAMETER] },
    security: { each: SECURITY_REQUIREMENT },
    securityDefinitions: { named: [1, { choose: () => [2, API_KEY] }] },
  },
  16,
);
