/**
 * One label with its value, as text `key=value`.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
import { AdrasteiaError } from '../errors';
import type { ObjectMeta } from './object';

export interface Label {
  readonly key: string;
  /** Never empty: a label that is only there says less than one would think. */
  readonly value: string;
}

const PART = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const PREFIX = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const LABEL = new RegExp(`^(?:${PREFIX}/)?${PART}=${PART}$`);

/** The label that a text says. `UsageInvalid` where it isn't `key=value`, or Kubernetes takes no such label. */
export function parseLabel(text: string): Label {
  if (!LABEL.test(text))
    throw new AdrasteiaError(
      'UsageInvalid',
      `${JSON.stringify(text)} is no label: write key=value, such as adrasteia.dev/controller=next`,
    );
  const at = text.indexOf('=');
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** The text of a label: `key=value`. */
export function labelText({ key, value }: Label): string {
  return `${key}=${value}`;
}

/** Whether an object carries a label. */
export function hasLabel({ labels }: Pick<ObjectMeta, 'labels'>, { key, value }: Label): boolean {
  return labels !== undefined && Object.hasOwn(labels, key) && labels[key] === value;
}
