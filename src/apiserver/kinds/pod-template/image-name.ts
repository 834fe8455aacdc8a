/**
 * What an image's name says of its version.
 * @see github.com/distribution/reference, v0.6
 */

const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_PART}(?:\\.${DOMAIN_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^((?:${DOMAIN}/)?${PATH_PART}(?:/${PATH_PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const IDENTIFIER = /^[a-f0-9]{64}$/;
const NAME_MAX = 255;

/** How an image is pulled that says nothing of it: always where its version is `latest`, said or not. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  return isLatest(image) ? 'Always' : 'IfNotPresent';
}

/** False for what is no image's name. */
function isLatest(image: string): boolean {
  if (IDENTIFIER.test(image)) return false;
  const { domain, remainder } = splitDomain(image);
  const [, name = '', tag, digest] = REFERENCE.exec(`${domain}/${remainder}`) ?? [];
  if (name === '' || name.length - domain.length - 1 > NAME_MAX) return false;
  if (digest !== undefined && !DIGEST.test(digest)) return false;
  return tag === undefined ? digest === undefined : tag === 'latest';
}

/** The first part is a registry only where it looks like a host. */
function splitDomain(image: string): { domain: string; remainder: string } {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const domain = slash < 0 || !isDomain || first === 'index.docker.io' ? 'docker.io' : first;
  const remainder = slash < 0 || !isDomain ? image : image.slice(slash + 1);
  return { domain, remainder: domain === 'docker.io' && !remainder.includes('/') ? `library/${remainder}` : remainder };
}
