/** Custom objects as a Kubernetes v1.34.4 API server takes and refuses them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { customResource } from '../../../src/apiserver/custom-resources/custom-resource';
import type { CustomResourceDefinition } from '../../../src/apiserver/custom-resources/definition';
import type { DraftObject } from '../../../src/apiserver/draft';
import { fieldErrorBody } from '../../../src/apiserver/field-error';
import type { Decoded } from '../../../src/apiserver/resources/resource';
import { isStatusError } from '../../../src/apiserver/status-error';
import { CREATION } from './context';

interface Answer {
  readonly name: string;
  readonly body: JsonObject;
  readonly object?: JsonObject;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
  readonly message?: string;
  readonly warnings?: readonly string[];
}

function recorded(file: string): unknown {
  return JSON.parse(readFileSync(join(__dirname, file), 'utf8'));
}

const probes = customResource(recorded('probe-definition.json') as CustomResourceDefinition);
const answers = recorded('probe-answers.json') as readonly Answer[];

function decode(body: JsonObject): Decoded {
  const version = probes.versions.get('v1');
  if (version === undefined) throw new Error('v1 is not served');
  return version.codec.decode(body);
}

/** What a creation gives, as far as the resource decides it. */
function created(body: JsonObject): Omit<Answer, 'name' | 'body'> {
  let decoded: Decoded;
  try {
    decoded = decode(body);
  } catch (error) {
    if (!isStatusError(error, 'BadRequest')) throw error;
    return { message: error.message };
  }
  const { object, problems } = decoded;
  const warnings = problems.length === 0 ? {} : { warnings: problems };
  probes.strategy.prepareForCreate?.(object, CREATION);
  const errors = probes.strategy.validate?.(object as unknown as KubeObject, CREATION) ?? [];
  if (errors.length === 0) return { object: plain(object), ...warnings };
  const causes = errors.map((error) => ({
    reason: error.type,
    message: fieldErrorBody(error),
    field: error.field === '' ? '<nil>' : error.field,
  }));
  return { causes: sorted(causes), ...warnings };
}

function plain(object: DraftObject): JsonObject {
  return JSON.parse(JSON.stringify(object)) as JsonObject;
}

/** The server goes through members in no order: what it says of different members may come in any. */
function sorted<T>(causes: readonly T[]): T[] {
  return [...causes].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('a custom object is taken and refused in the words of Kubernetes', () => {
  it.each(answers)('case $name', ({ name: _, body, ...answer }) => {
    expect(created(body)).toEqual({
      ...answer,
      ...(answer.causes === undefined ? {} : { causes: sorted(answer.causes) }),
    });
  });
});
