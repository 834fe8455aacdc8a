/**
 * Entries in the tar format that image layers have: POSIX ustar headers, with an extended header before those that hold what
 * ustar can't. Packages for it on npm can't write what a program's capabilities are: bytes that aren't text.
 *
 * @see POSIX.1-2017, pax, sections "ustar Interchange Format" and "pax Extended Header"
 */
import { SOURCE_DATE_EPOCH } from './source-date';
import type { TreeEntry } from './tree-entries';

const BLOCK_BYTES = 512;

/** Ends an archive. */
export const END_OF_ARCHIVE = Buffer.alloc(2 * BLOCK_BYTES);

const TYPE_FLAGS = { file: '0', link: '1', symlink: '2', directory: '5', extended: 'x' } as const;

/** Fields of a ustar header: where each begins, and how long it is. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  target: [157, 100],
  magic: [257, 8],
} as const;

/** All that stands before the content of an entry. */
export function entryHeader(entry: TreeEntry): Buffer {
  const name = entry.type === 'directory' ? `${entry.path}/` : entry.path;
  const records: Buffer[] = [];
  const asText = (key: string, value: string, field: keyof typeof FIELDS): string => {
    if (Buffer.byteLength(value) <= FIELDS[field][1] && /^[\x20-\x7e]*$/.test(value)) return value;
    records.push(record(key, Buffer.from(value)));
    // For readers that know no extended headers; an empty name looks like the archive's end to some.
    return value.replace(/[^\x20-\x7e]/g, '_').slice(0, FIELDS[field][1]);
  };
  const asNumber = (key: string, value: number, field: keyof typeof FIELDS): number => {
    if (value < 8 ** (FIELDS[field][1] - 1)) return value;
    records.push(record(key, Buffer.from(String(value))));
    return 0;
  };
  const fields = {
    name: asText('path', name, 'name'),
    target: asText('linkpath', entry.target ?? '', 'target'),
    mode: entry.mode,
    uid: asNumber('uid', entry.uid, 'uid'),
    gid: asNumber('gid', entry.gid, 'gid'),
    size: asNumber('size', entry.size, 'size'),
    type: TYPE_FLAGS[entry.type],
  };
  if (entry.capability !== undefined) records.push(record('SCHILY.xattr.security.capability', entry.capability));
  const header = ustarHeader(fields);
  if (records.length === 0) return header;
  const extended = Buffer.concat(records);
  const before = ustarHeader({ ...EXTENDED, size: extended.length });
  return Buffer.concat([before, extended, padding(extended.length), header]);
}

/** What fills the last block of a content. */
export function padding(contentBytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (contentBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

interface UstarFields {
  readonly name: string;
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly type: string;
}

const EXTENDED: UstarFields = {
  name: 'PaxHeader',
  target: '',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  type: TYPE_FLAGS.extended,
};

function ustarHeader(fields: UstarFields): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const text = (field: keyof typeof FIELDS, value: string): void => {
    header.write(value, FIELDS[field][0], 'latin1');
  };
  const octal = (field: keyof typeof FIELDS, value: number): void => {
    text(field, value.toString(8).padStart(FIELDS[field][1] - 1, '0'));
  };
  text('name', fields.name);
  octal('mode', fields.mode);
  octal('uid', fields.uid);
  octal('gid', fields.gid);
  octal('size', fields.size);
  octal('mtime', SOURCE_DATE_EPOCH);
  text('type', fields.type);
  text('target', fields.target);
  text('magic', 'ustar\x0000');
  // The sum is taken with spaces in its own place, and written as six digits, a zero byte and a space.
  text('checksum', ' '.repeat(FIELDS.checksum[1]));
  const sum = header.reduce((total, byte) => total + byte, 0);
  text('checksum', `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

/** A record of an extended header: its own length in decimal, a space, the key, an equals sign, the value, a line feed. */
function record(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
