/**
 * Of the extended attributes of files the two that a layer keeps: the capabilities of programs, and the mark of an overlay's
 * folder that hides what the layers below have in it. Node can't read them; `getfattr` can.
 */
import { execute } from './execute';

export interface ExtendedAttributes {
  /** By path in the tree. */
  readonly capabilities: ReadonlyMap<string, Buffer>;
  /** Folders that hide what layers below have in them. */
  readonly opaque: ReadonlySet<string>;
}

/** Of files that Node alone has written. */
export const NO_EXTENDED_ATTRIBUTES: ExtendedAttributes = { capabilities: new Map(), opaque: new Set() };

const CAPABILITY = 'security.capability';
const OPAQUE = 'trusted.overlay.opaque';

/** Reads them below a folder. Without root rights there are none, since nobody else may set them. */
export async function extendedAttributes(root: string): Promise<ExtendedAttributes> {
  if (process.getuid?.() !== 0) return NO_EXTENDED_ATTRIBUTES;
  const capabilities = new Map<string, Buffer>();
  const opaque = new Set<string>();
  const listing = await execute(
    [
      'getfattr',
      '--recursive',
      '--physical',
      '--no-dereference',
      '--dump',
      '--encoding=hex',
      `--match=^(${CAPABILITY}|${OPAQUE})$`,
      '.',
    ],
    { cwd: root, title: 'getfattr (Debian package attr)' },
  );
  let path = '';
  for (const line of listing.split('\n')) {
    if (line.startsWith('# file: ')) path = unescaped(line.slice('# file: '.length));
    const [name, value] = line.split('=0x');
    if (value === undefined) continue;
    if (name === CAPABILITY) capabilities.set(path, Buffer.from(value, 'hex'));
    if (name === OPAQUE) opaque.add(path);
  }
  return { capabilities, opaque };
}

/** `getfattr` writes bytes that aren't printable, and backslashes, in octal. */
function unescaped(path: string): string {
  const latin1 = Buffer.from(path, 'utf8').toString('latin1');
  const bytes = latin1.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
