/** Where a registry is, and what of its names is ours. */
import { ImageProblem } from './problem';

export interface RegistryAddress {
  readonly protocol: 'http:' | 'https:';
  /** As in references to images: `registry.example.com:5000`. */
  readonly host: string;
  /** Comes before every repository, with a slash at its end; or empty. */
  readonly prefix: string;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/**
 * Reads `registry.example.com`, `registry.example.com/team` or either with `http://` or `https://` before it. Without that it
 * is https, and http for this machine's own addresses, as with Docker. Throws `ImageProblem` for anything else.
 */
export function registryAddress(text: string): RegistryAddress {
  const [, scheme, host, path] =
    /^(?:(https?):\/\/)?([A-Za-z0-9.-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?)((?:\/[a-z0-9._-]+)*)\/?$/.exec(text) ?? [];
  if (host === undefined) {
    throw new ImageProblem(
      `"${text}" is no registry: write HOST[:PORT][/PATH], perhaps with http:// or https:// before it`,
    );
  }
  const isPlain = scheme === undefined ? LOOPBACK.test(host) : scheme === 'http';
  return {
    protocol: isPlain ? 'http:' : 'https:',
    host,
    prefix: path === undefined || path === '' ? '' : `${path.slice(1)}/`,
  };
}
