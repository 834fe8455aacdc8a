/**
 * Names of properties as expressions write them: `x-y` is `x__dash__y`, `namespace` is `__namespace__`.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 */

const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const SPECIAL = /__|[-./]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};
const UNESCAPES: ReadonlyMap<string, string> = new Map([
  ['underscores', '__'],
  ['dot', '.'],
  ['dash', '-'],
  ['slash', '/'],
]);
const ESCAPED = /__([^_]+)__/g;

/** True for a word that no expression can use as a name. */
export function isReservedWord(name: string): boolean {
  return RESERVED.has(name);
}

/** The name in an expression; undefined where no expression can name it. */
export function findEscaped(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  return name.replace(SPECIAL, (special) => ESCAPES[special] ?? special);
}

/** The name that an expression's stands for; undefined where it stands for none. */
export function findUnescaped(escaped: string): string | undefined {
  if (!escaped.includes('__')) return escaped;
  const pieces = Array.from(escaped.matchAll(ESCAPED), ([sequence, inner = '']) => ({ sequence, inner }));
  const isName = ({ sequence, inner }: (typeof pieces)[number]): boolean =>
    UNESCAPES.has(inner) || (RESERVED.has(inner) && sequence.length === escaped.length);
  if (!pieces.every(isName)) return undefined;
  return escaped.replace(ESCAPED, (_sequence, inner: string) => UNESCAPES.get(inner) ?? inner);
}
