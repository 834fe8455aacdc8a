/**
 * What reflection tells of Kubernetes' Go types: the program in `test/cluster/kubernetes-types`, built and run.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceDirectory } from '../../cluster/directories';

/** A type as the program prints it. */
export interface GoType {
  readonly name: string;
  /** Reflection's word; `special` for a type that decodes itself. */
  readonly kind: string;
  readonly elem?: string;
  readonly key?: string;
  readonly fields?: readonly GoField[];
  readonly ownEncoding?: boolean;
}

export interface GoField {
  readonly name: string;
  readonly type: string;
  readonly inline?: boolean;
  readonly omitEmpty?: boolean;
  readonly omitZero?: boolean;
  /** The whole tag: `bytes,1,opt,name=metadata`. */
  readonly protobuf?: string;
}

export interface GoKindEntry {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly type: string;
}

export interface GoTypes {
  readonly kinds: readonly GoKindEntry[];
  readonly types: Readonly<Record<string, GoType>>;
}

/** Builds the program from the pinned modules and reads what it prints. */
export function goTypes(): GoTypes {
  const work = mkdtempSync(join(tmpdir(), 'kubernetes-types-'));
  try {
    const program = join(work, 'kubernetes-types');
    execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-o', program, './kubernetes-types'], {
      cwd: sourceDirectory(),
      env: { ...process.env, CGO_ENABLED: '0' },
      stdio: ['ignore', 2, 2],
    });
    return JSON.parse(execFileSync(program, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })) as GoTypes;
  } finally {
    rmSync(work, { recursive: true });
  }
}
