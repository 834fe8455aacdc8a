import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateImports, ownCrds } from '../support/imports/generate';

const IMPORTS = join(__dirname, '../../imports');

describe('imports', () => {
  let fresh: string;
  beforeAll(() => {
    fresh = mkdtempSync(join(tmpdir(), 'imports-test-'));
    generateImports(ownCrds(), fresh);
  });
  afterAll(() => {
    rmSync(fresh, { recursive: true });
  });

  it('hold what cdk8s generates from the CRDs, and nothing else', () => {
    expect(readdirSync(IMPORTS).sort()).toEqual(readdirSync(fresh).sort());
    for (const name of readdirSync(fresh)) {
      expect({ name, text: readFileSync(join(IMPORTS, name), 'utf8') }).toEqual({
        name,
        text: readFileSync(join(fresh, name), 'utf8'),
      });
    }
  });

  it('have a class for every kind of ours', () => {
    const text = readFileSync(join(IMPORTS, 'adrasteia.dev.ts'), 'utf8');
    for (const crd of ownCrds()) {
      const { names } = crd['spec'] as { names: { kind: string } };
      expect(text).toContain(`export class ${names.kind} extends ApiObject`);
    }
  });
});
