/** The cdk8s door in this process, from files to files. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest } from '../../src/api/object';
import { type SynthSettings, synthApp } from '../../src/main';
import type { WrittenForm } from '../../src/synth/written-form';

export class Cdk8sDoor {
  constructor(private readonly workFolder: string) {}

  /** The objects of the files that are written for these. */
  write(_name: string, objects: readonly Manifest[], form: WrittenForm): readonly Manifest[] {
    return this.inFolder((folder) => {
      const source = join(folder, 'input.yaml');
      writeFileSync(source, objects.map((object) => stringify(object)).join('---\n'));
      return written({ source, expanded: form === 'Expanded', platform: false }, join(folder, 'dist'));
    });
  }

  /** The objects of the platform's file. */
  writePlatform(): readonly Manifest[] {
    return this.inFolder((folder) => written({}, join(folder, 'dist')));
  }

  private inFolder<Result>(work: (folder: string) => Result): Result {
    const folder = mkdtempSync(join(this.workFolder, 'cdk8s-door-'));
    try {
      return work(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function written(settings: SynthSettings, out: string): readonly Manifest[] {
  synthApp(settings, out).synth();
  return readdirSync(out).flatMap((file) => objectsIn(readFileSync(join(out, file), 'utf8')));
}

/** In YAML 1.1, as cdk8s writes and kubectl reads it. */
function objectsIn(text: string): readonly Manifest[] {
  return [...parseAllDocuments(text, { version: '1.1' })].map((document) => document.toJS() as Manifest);
}
