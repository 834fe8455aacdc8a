/**
 * What an update isn't held to: an object that was stored under a looser schema. The answers are those of a Kubernetes v1.34.4
 * API server, recorded beside this file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { customResource } from '../../../src/apiserver/custom-resources/custom-resource';
import type { CustomResourceDefinition } from '../../../src/apiserver/custom-resources/definition';
import { fieldErrorBody } from '../../../src/apiserver/field-error';
import { updateContext } from './context';

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

interface Recorded {
  readonly definition: CustomResourceDefinition;
  readonly old: KubeObject;
  readonly updates: readonly {
    readonly name: string;
    readonly subresource?: string;
    readonly body: JsonObject;
    readonly causes?: readonly Cause[];
  }[];
}

const recorded = JSON.parse(readFileSync(join(__dirname, 'ratchet-answers.json'), 'utf8')) as Recorded;
const { strategy, versions } = customResource(recorded.definition);

function text({ reason, field, message }: Cause): string {
  return `${reason} ${field} ${message}`;
}

function causesOf(body: JsonObject, subresource: string): string[] {
  const object = versions.get('v1')?.codec.decode(body).object ?? {};
  const context = updateContext(subresource);
  strategy.prepareForUpdate?.(object, recorded.old, context);
  const errors = strategy.validateUpdate?.(object as unknown as KubeObject, recorded.old, context) ?? [];
  return errors.map((error) =>
    text({ reason: error.type, field: error.field === '' ? '<nil>' : error.field, message: fieldErrorBody(error) }),
  );
}

describe('an update is refused for what it changes, and for what can not be told to be the same', () => {
  it.each(recorded.updates)('case $name', ({ body, subresource = '', causes = [] }) => {
    expect(causesOf(body, subresource).sort()).toEqual(causes.map(text).sort());
  });
});
