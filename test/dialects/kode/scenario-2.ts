/** README scenario 2 of kode-operator: our own objects of it, and the README's where a copy of them lies beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest } from '../../../src/api/object';

/** One telling of the scenario. */
export interface Scenario {
  readonly name: string;
  /** Without namespaces, and with the mistakes that they have in their files. */
  readonly objects: readonly Manifest[];
}

const SAMPLES = join(__dirname, '../../../../shared/seeds/samples/kode');
const PUBLISHED = [
  '07-envoyproxyclusterconfig-basic-auth-proxy.yaml',
  '08-kodetemplate-secure-code-server-template.yaml',
  '09-kode-secure-code-server.yaml',
].map((file) => join(SAMPLES, file));

/** Our own telling. */
export function ownScenario(): Scenario {
  const file = readFileSync(join(__dirname, 'scenario-2.yaml'), 'utf8');
  return { name: 'our own example', objects: parseAllDocuments(file).map((document) => document.toJS() as Manifest) };
}

/** All tellings at hand. */
export function scenarios(): readonly Scenario[] {
  if (!PUBLISHED.every((file) => existsSync(file))) return [ownScenario()];
  const objects = PUBLISHED.map((file) => parse(readFileSync(file, 'utf8')) as Manifest);
  return [ownScenario(), { name: 'the README', objects }];
}
