/**
 * References to container images, as container runtimes read them.
 * @see https://github.com/distribution/reference/blob/v0.6.0/reference.go (the grammar)
 */
const HOST =
  '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[A-Fa-f0-9:]+\\])(?::[0-9]+)?';
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^((?:${HOST}/)?${PATH_PART}(?:/${PATH_PART})*)(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);
const NAME_MAX = 255;

/** The name without tag and digest; undefined where the text is no reference to an image. */
export function imageName(reference: string): string | undefined {
  const name = REFERENCE.exec(reference)?.[1];
  return name === undefined || name.length > NAME_MAX ? undefined : name;
}

/** Why an image can't be pulled; undefined where it can. Nothing is looked up: all images exist but those said to be broken. */
export function pullFailure(reference: string, brokenImages: ReadonlySet<string>): string | undefined {
  const name = imageName(reference);
  if (name === undefined) return `Back-off pulling image "${reference}": invalid reference format`;
  if (brokenImages.has(reference) || brokenImages.has(name)) return `Back-off pulling image "${reference}": not found`;
  return undefined;
}
