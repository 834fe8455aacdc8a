/**
 * The paths and lists of a custom resource, made of those that Kubernetes publishes for another by putting its names in.
 */

import type { JsonObject, JsonValue } from '../../api/json';
import { jsonText, parseJson } from '../json/json-text';
import { data } from '../kubernetes/data/crd-documents';
import { unpackJson } from '../kubernetes/packed-data';
import type { CrdFacts, CrdVersionFacts } from './crd-facts';

export type OpenApiVersion = 'v2' | 'v3';

interface Templates {
  readonly v2: { readonly paths: JsonObject };
  readonly v3: {
    readonly info: JsonObject;
    readonly openapi: string;
    readonly paths: JsonObject;
    readonly components: { readonly schemas: JsonObject };
  };
  readonly list: Readonly<Record<OpenApiVersion, JsonObject>>;
  readonly object: Readonly<Record<OpenApiVersion, JsonObject & { readonly properties: JsonObject }>>;
}

let templates: Templates | undefined;

function template(): Templates {
  templates ??= unpackJson(data) as Templates;
  return templates;
}

/** The names of the resources from which the templates were taken. */
const NAMESPACED = { kind: 'Zzwidget', plural: 'zzwidgets' };
const CLUSTER = { kind: 'Zzgadget', plural: 'zzgadgets' };
const GROUP = 'templates.example.com';
const VERSION = 'vtemplate';
const SCALE_SCHEMAS = 'io.k8s.api.autoscaling.';

/** The paths of a version of a custom resource, by path. */
export function crdPaths(crd: CrdFacts, version: CrdVersionFacts, openApi: OpenApiVersion): JsonObject {
  const source = crd.namespaced ? NAMESPACED : CLUSTER;
  const isServed = (path: string): boolean =>
    path.split('/').includes(source.plural) &&
    (version.hasStatus || !path.endsWith('/status')) &&
    (version.hasScale || !path.endsWith('/scale'));
  const paths = Object.entries(template()[openApi].paths).filter(([path]) => isServed(path));
  return withNames(Object.fromEntries(paths), source, crd, version.name);
}

/** The definition of a list of custom resources. */
export function crdList(crd: CrdFacts, version: string, openApi: OpenApiVersion): JsonObject {
  return withNames(template().list[openApi], NAMESPACED, crd, version);
}

/** The definition of `apiVersion`, `kind` or `metadata` of an object. */
export function typeMetaSchema(member: 'apiVersion' | 'kind' | 'metadata', openApi: OpenApiVersion): JsonObject {
  return template().object[openApi].properties[member] as JsonObject;
}

/** What every document of OpenAPI v3 for custom resources begins with, and the definitions that it shares with others. */
export function crdDocumentFrame(hasScale: boolean): { readonly head: JsonObject; readonly schemas: JsonObject } {
  const { openapi, info, components } = template().v3;
  const schemas = Object.entries(components.schemas).filter(([name]) => hasScale || !name.startsWith(SCALE_SCHEMAS));
  return { head: { openapi, info }, schemas: Object.fromEntries(schemas) };
}

/** The name of a kind's definition: `com.example.stable.v1.CronTab`. */
export function definitionName(group: string, version: string, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function withNames(value: JsonObject, { kind, plural }: typeof NAMESPACED, crd: CrdFacts, version: string): JsonObject {
  const shortGroup = crd.group.replace(/\.k8s\.io$/, '');
  const replacements: readonly (readonly [RegExp, string])[] = [
    [new RegExp(`(create|delete) a ${kind}`, 'g'), `$1 ${article(crd.kind)}${crd.kind}`],
    [new RegExp(`${kind}List`, 'g'), crd.listKind],
    // In the middle of an operation's name.
    [
      /TemplatesExampleComVtemplate(Collection)?(Namespaced)?/g,
      `${operationName(shortGroup)}${operationName(version)}$1$2`,
    ],
    [/templatesExampleCom_vtemplate/g, `${tagName(shortGroup)}_${tagName(version)}`],
    [new RegExp(`com\\.example\\.templates\\.${VERSION}\\.`, 'g'), definitionName(crd.group, version, '')],
    [new RegExp(GROUP.replace(/\./g, '\\.'), 'g'), crd.group],
    [new RegExp(VERSION, 'g'), version],
    [new RegExp(plural, 'g'), crd.plural],
    [new RegExp(kind, 'g'), crd.kind],
  ];
  let text = jsonText(value);
  for (const [pattern, replacement] of replacements) text = text.replace(pattern, replacement);
  return parseJson(text) as JsonObject & JsonValue;
}

/** `an ` before a vowel, nothing before a plural. */
function article(noun: string): string {
  if (noun.endsWith('s') && !noun.endsWith('ss')) return '';
  return /^[aeiou]/i.test(noun) ? 'an ' : 'a ';
}

/** Letters, digits and underscores; what follows anything else becomes a capital. */
function operationName(text: string): string {
  return tagName(text).replace(/^./, (first) => first.toUpperCase());
}

function tagName(text: string): string {
  return text
    .replace(/^[0-9]/, '-')
    .replace(/[^A-Za-z0-9_]+([A-Za-z0-9_])/g, (_match, next: string) => next.toUpperCase())
    .replace(/[^A-Za-z0-9_]/g, '');
}
