/** Options whose values are pairs, as tenants and workspaces are described by them. */
import { InvalidArgumentError, Option } from 'commander';
import { type Label, parseLabel } from '../../api/label';
import { isQuantity } from '../../api/quantity';
import { AdrasteiaError } from '../../errors';
import type { Quota } from '../../tenancy/quota';

const AMOUNTS = ['cpu', 'memory', 'storage'] as const;

/** The option `--quota cpu=2,memory=4Gi,storage=20Gi,environments=3,nvidia.com/gpu=1`. */
export function quotaOption(description: string): Option {
  return new Option(
    '--quota <amounts>',
    `${description}: cpu=2,memory=4Gi,storage=20Gi,environments=3, and extended resources by name`,
  ).argParser(quotaOf);
}

function quotaOf(text: string): Quota {
  const amounts = new Map<string, string>();
  for (const pair of text.split(',')) {
    const { left: name, right: amount } = pairOf(pair, 'an amount such as cpu=2');
    if (amounts.has(name)) throw new InvalidArgumentError(`It names ${name} twice.`);
    if (!isQuantity(amount))
      throw new InvalidArgumentError(`${name}=${amount} is no amount: write such as 500m or 4Gi.`);
    amounts.set(name, amount);
  }
  const environments = amounts.get('environments');
  if (environments !== undefined && !/^\d{1,5}$/.test(environments))
    throw new InvalidArgumentError(`environments=${environments} is no whole number.`);
  const known: readonly string[] = [...AMOUNTS, 'environments'];
  const extended = Object.fromEntries([...amounts].filter(([name]) => !known.includes(name)));
  const misspelt = Object.keys(extended).find((name) => !name.includes('/'));
  if (misspelt !== undefined)
    throw new InvalidArgumentError(
      `${misspelt} is neither one of ${known.join(', ')} nor an extended resource such as nvidia.com/gpu.`,
    );
  return {
    ...Object.fromEntries(AMOUNTS.flatMap((name) => (amounts.has(name) ? [[name, amounts.get(name)]] : []))),
    ...(environments === undefined ? {} : { environments: Number(environments) }),
    ...(Object.keys(extended).length === 0 ? {} : { extended }),
  };
}

/** Labels from `key=value`. `UsageInvalid` where one isn't. */
export function labelsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map(parseLabel).map(({ key, value }: Label) => [key, value]));
}

/** Entries from `NAME` or `NAME=ROLE`. `UsageInvalid` for another role than these, and where a workspace is named twice. */
export function entriesOf<Role extends string>(
  texts: readonly string[],
  roles: readonly [Role, ...Role[]],
): readonly { readonly name: string; readonly role: Role }[] {
  const names = new Set<string>();
  return texts.map((text) => {
    const [name = '', said = roles[0], ...more] = text.split('=');
    const role = roles.find((one) => one === said);
    if (name === '' || role === undefined || more.length > 0)
      throw new AdrasteiaError(
        'UsageInvalid',
        `--workspace ${JSON.stringify(text)} is no entry: write NAME or NAME=ROLE, where ROLE is one of ${roles.join(', ')}`,
      );
    if (names.has(name)) throw new AdrasteiaError('UsageInvalid', `--workspace names ${name} twice: once is enough`);
    names.add(name);
    return { name, role };
  });
}

function pairOf(text: string, what: string): { readonly left: string; readonly right: string } {
  const [left = '', right = '', ...more] = text.split('=');
  if (left === '' || right === '' || more.length > 0)
    throw new InvalidArgumentError(`${JSON.stringify(text)} is not ${what}.`);
  return { left, right };
}
