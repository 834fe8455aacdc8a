import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '../../../src/api/json';
import { builtinSchema } from '../../../src/apiserver/kubernetes';
import { jsonPatch } from '../../../src/apiserver/patch/json-patch';
import { mergePatch } from '../../../src/apiserver/patch/merge-patch';
import type { FieldValidation } from '../../../src/apiserver/patch/patch-error';
import { strategicMergePatch } from '../../../src/apiserver/patch/strategic-merge-patch';
import { StatusError } from '../../../src/apiserver/status-error';
import { differences } from '../fields/said';

/** A patch of an object, and what Kubernetes v1.34.4 answered. */
interface RecordedPatch {
  readonly type: 'json' | 'merge' | 'strategic';
  readonly because: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly validation: FieldValidation;
  /** The place of the object among all. */
  readonly live: number;
  readonly patch: JsonValue;
  readonly code: number;
  readonly answer: JsonObject;
}

const { lives, patches } = JSON.parse(readFileSync(join(__dirname, 'cases', 'recorded-patches.json'), 'utf8')) as {
  lives: readonly JsonObject[];
  patches: readonly RecordedPatch[];
};

function patched({ type, kind, apiVersion, validation, live, patch }: RecordedPatch): JsonValue {
  const object = Object.freeze(lives[live] ?? {});
  switch (type) {
    case 'json':
      return jsonPatch(object, patch, validation);
    case 'merge':
      return mergePatch(object, patch, validation);
    case 'strategic':
      return strategicMergePatch(object, patch, builtinSchema(apiVersion, kind) ?? {});
  }
}

function statusOf(patch: RecordedPatch): JsonValue {
  try {
    patched(patch);
  } catch (error) {
    if (error instanceof StatusError) return JSON.parse(JSON.stringify(error.status)) as JsonValue;
    throw error;
  }
  return 'let through';
}

/** What decoding and validation refuse after the patch is applied. */
function isRefusedLater({ answer }: RecordedPatch): boolean {
  const message = answer['message'] as string;
  return answer['reason'] === 'Invalid' && message.includes(' is invalid: ');
}

describe('patches do what the real server does', () => {
  const titled = patches.map((patch, index): [string, RecordedPatch] => [
    `${index} ${patch.type} ${patch.kind}: ${patch.because}`,
    patch,
  ]);

  test.each(titled.filter(([, { code }]) => code < 300))('%s', (_, patch) => {
    expect(differences(patched(patch), patch.answer)).toEqual([]);
  });

  test.each(titled.filter(([, patch]) => patch.code >= 300 && !isRefusedLater(patch)))('%s (refused)', (_, patch) => {
    expect(statusOf(patch)).toEqual(patch.answer);
  });

  test.each(titled.filter(([, patch]) => isRefusedLater(patch)))('%s (refused by what comes after)', (_, patch) => {
    expect(statusOf(patch)).toBe('let through');
  });

  test('the source is never changed', () => {
    const before = JSON.stringify(lives);
    for (const patch of patches) statusOf(patch);
    expect(JSON.stringify(lives)).toBe(before);
  });
});
