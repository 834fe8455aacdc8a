/**
 * The address of a Kode below the `url` of its entry point. It holds the Kode's name and its namespace, so that no two Kodes of
 * a cluster meet, whatever entry points they have.
 */
import { flatLabel } from '../../api/name';

/** Where browsers find a Kode. */
export interface EntryAddress {
  /** True: by https. */
  readonly isTls: boolean;
  readonly host: string;
  /** Starts with a slash, and ends with one only where it is `/`. */
  readonly path: string;
}

const HOST_MAX = 253;

const URL_PARTS = /^(?:(https?):\/\/)?([^/?#]+)(\/[^?#]*)?$/i;
const DOMAIN = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
const NUMBERS_ONLY = /^[\d.]+$/;
/** One step of a path that means the same to browsers, Ingress controllers and Envoy. */
const PATH_STEP = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/;

/** The address; `problem` says what is wrong with the url, and what to write. */
export function entryAddress(
  url: string,
  routing: 'domain' | 'path',
  kode: { readonly name: string; readonly namespace: string },
): EntryAddress | { readonly problem: string } {
  const [, scheme = '', authority = '', path = ''] = URL_PARTS.exec(url) ?? [];
  const domain = authority.toLowerCase();
  const steps = path.split('/').filter((step) => step !== '');
  if (!DOMAIN.test(domain) || NUMBERS_ONLY.test(domain))
    return {
      problem: `"${url}" must be a domain name without a port, with https:// before it where browsers come by TLS: kode.example.org, or https://kode.example.org/dev`,
    };
  if (!steps.every((step) => PATH_STEP.test(step)))
    return { problem: `"${url}" has a path of more than letters, digits, ".", "_", "~" and "-" between slashes` };
  if (routing === 'domain' && steps.length > 0)
    return {
      problem: `"${url}" has a path, and with routingType domain each Kode has a host of its own: take the path off, or route by path`,
    };
  const host = routing === 'domain' ? `${flatLabel(kode.name, kode.namespace)}.${domain}` : domain;
  if (host.length > HOST_MAX)
    return { problem: `"${host}" has more than ${HOST_MAX} characters: take a shorter domain, or route by path` };
  return {
    isTls: scheme.toLowerCase() === 'https',
    host,
    path: routing === 'domain' ? '/' : `/${[...steps, kode.namespace, kode.name].join('/')}`,
  };
}
