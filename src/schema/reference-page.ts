/**
 * The reference page of a kind, in Markdown, from its schema alone.
 */
import { apiVersionOf } from '../api/resource-type';
import type { KindSchema, PrinterColumn } from './kind-schema';
import { readSchema, type SchemaNode } from './schema-node';

interface Row {
  readonly path: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

/** The page: what the kind is, its fields with type, default, unit and meaning, its rules and what `kubectl get` shows. */
export function referencePage(schema: KindSchema): string {
  const { kind, plural, namespaced } = schema.type;
  const sections = [
    `# ${kind}`,
    schema.description,
    [
      `- apiVersion: \`${apiVersionOf(schema.type)}\``,
      `- ${namespaced ? 'namespaced' : 'cluster-scoped'}; resource \`${plural}\`${(schema.shortNames ?? []).map((name) => `, \`${name}\``).join('')}`,
    ].join('\n'),
    '## Spec',
    fieldTable(readSchema(schema.spec, 'spec'), 'spec'),
    ...(schema.status === undefined ? [] : ['## Status', fieldTable(readSchema(schema.status, 'status'), 'status')]),
    ...rulesSection(schema),
    ...columnsSection(schema.columns ?? []),
  ];
  return `${sections.join('\n\n')}\n`;
}

function fieldTable(root: SchemaNode, path: string): string {
  const rows = rowsBelow(root, path).map(
    ({ path: field, node, required }) =>
      `| \`${field}\` | ${cell(typeText(node))} | ${cell(defaultText(node, required))} | ${cell(meaning(node))} |`,
  );
  return ['| Field | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function rowsBelow(node: SchemaNode, path: string): Row[] {
  if (node.shape !== undefined) return [];
  if (node.items !== undefined) return rowsBelow(node.items, `${path}[]`);
  if (node.values !== undefined) return rowsBelow(node.values, `${path}.*`);
  return [...(node.properties ?? [])].flatMap(([name, member]) => {
    const row = { path: `${path}.${name}`, node: member, required: node.required.includes(name) };
    return [row, ...rowsBelow(member, row.path)];
  });
}

function typeText(node: SchemaNode): string {
  if (node.shape !== undefined) return node.shape;
  if (node.intOrString) return 'integer or string';
  if (node.scalars !== undefined) return node.scalars.join(' or ');
  if (node.items !== undefined) return `list of ${typeText(node.items)}`;
  if (node.values !== undefined) return `map of ${typeText(node.values)}`;
  const words = node.keywords['enum'];
  if (Array.isArray(words)) return words.map((word) => `\`${String(word)}\``).join(', ');
  return node.type ?? 'any value';
}

function defaultText(node: SchemaNode, required: boolean): string {
  if (required) return 'required';
  return node.default === undefined
    ? ''
    : `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``;
}

const LIMITS: Readonly<Record<string, (limit: string) => string>> = {
  minimum: (limit) => `at least ${limit}`,
  maximum: (limit) => `at most ${limit}`,
  maxLength: (limit) => `at most ${limit} characters`,
  maxItems: (limit) => `at most ${limit} items`,
};

function meaning(node: SchemaNode): string {
  const limits = Object.entries(LIMITS).flatMap(([keyword, say]) => {
    const limit = node.keywords[keyword];
    return limit === undefined ? [] : [say(JSON.stringify(limit))];
  });
  const sentences = [
    node.description ?? '',
    ...(node.unit === undefined ? [] : [`In ${node.unit}.`]),
    ...(node.explain === undefined || node.shape !== undefined
      ? []
      : [`${node.values === undefined ? 'Must' : 'Keys must'} be ${node.explain}.`]),
    ...(limits.length === 0 ? [] : [`${capitalized(limits.join(', '))}.`]),
    ...node.rules.map(
      ({ message, fieldPath }) =>
        `${fieldPath === undefined ? '' : `\`${fieldPath.slice(1)}\` `}${fieldPath === undefined ? capitalized(message) : message}.`,
    ),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function rulesSection(schema: KindSchema): string[] {
  const rules = schema.rules ?? [];
  return rules.length === 0
    ? []
    : ['## Rules', rules.map(({ path, message }) => `- \`${path}\` ${message}`).join('\n')];
}

function columnsSection(columns: readonly PrinterColumn[]): string[] {
  if (columns.length === 0) return [];
  const rows = columns.map(
    ({ name, jsonPath, priority, description }) =>
      `| ${name} | \`${jsonPath}\` | ${(priority ?? 0) > 0 ? '`-o wide`' : 'always'} | ${cell(description ?? '')} |`,
  );
  return [
    '## Columns of `kubectl get`',
    ['| Column | Field | Shown | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
