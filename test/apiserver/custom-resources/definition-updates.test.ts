/** Updates of definitions, as a Kubernetes v1.34.4 API server takes and refuses them; its answers are recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import type { KubeObject } from '../../../src/api/object';
import { definitionStrategy } from '../../../src/apiserver/custom-resources/definition-strategy';
import { CLEANUP_FINALIZER } from '../../../src/apiserver/custom-resources/finalization';
import { WITHOUT_RULES } from '../../../src/apiserver/custom-resources/validation-rules';
import { type DraftObject, draftOf } from '../../../src/apiserver/draft';
import { fieldErrorBody } from '../../../src/apiserver/field-error';
import { CREATION, updateContext } from './context';

interface Recorded {
  readonly name: string;
  readonly old: KubeObject;
  readonly body: JsonObject;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

const recorded = JSON.parse(
  readFileSync(join(__dirname, 'definition-update-answers.json'), 'utf8'),
) as readonly Recorded[];
const strategy = definitionStrategy(WITHOUT_RULES);

function prepared(name: string): { readonly object: DraftObject; readonly old: KubeObject } {
  const update = recorded.find((one) => one.name === name);
  if (update === undefined) throw new Error(`no update ${name} is recorded`);
  const object = draftOf(update.body);
  strategy.setDefaults?.(object, 'v1');
  strategy.prepareForUpdate?.(object, update.old, updateContext());
  return { object, old: update.old };
}

describe('an update of a definition is refused for what must stay as it is', () => {
  it.each(recorded)('case $name', ({ name, causes = [] }) => {
    const { object, old } = prepared(name);
    const errors = strategy.validateUpdate?.(object as unknown as KubeObject, old, updateContext()) ?? [];
    expect(errors.map((error) => ({ reason: error.type, message: fieldErrorBody(error), field: error.field }))).toEqual(
      causes,
    );
  });

  it('keeps the status that is there, and adds a new storage version', () => {
    const { object, old } = prepared('newStorage');
    expect(object['status']).toEqual({ ...(old.status as JsonObject), storedVersions: ['v1', 'v2'] });
  });

  it('sets the names that a client leaves out', () => {
    const { object } = prepared('dropDefaults');
    expect(object['spec']).toMatchObject({
      names: { singular: 'ok', listKind: 'OkList' },
      conversion: { strategy: 'None' },
    });
  });

  it('of the status changes nothing else', () => {
    const { old } = prepared('label');
    const object = draftOf({
      ...(old as unknown as JsonObject),
      spec: { group: 'other' },
      status: { storedVersions: ['v1'] },
    });
    strategy.prepareForUpdate?.(object, old, updateContext('status'));
    expect(object['spec']).toEqual(old.spec);
    expect(object['status']).toEqual({ storedVersions: ['v1'] });
  });
});

describe('a definition that is deleted', () => {
  it('waits for its objects', () => {
    const { old } = prepared('label');
    const object = draftOf(old as unknown as JsonObject);
    expect(strategy.hasFinalizers?.(old)).toBe(true);
    strategy.prepareForDelete?.(object, CREATION);
    expect(object['metadata']).toMatchObject({ finalizers: [CLEANUP_FINALIZER] });
    expect(object['status']).toMatchObject({
      conditions: [
        { type: 'NamesAccepted' },
        { type: 'Established' },
        {
          type: 'Terminating',
          status: 'True',
          lastTransitionTime: '2026-11-21T12:00:00Z',
          reason: 'InstanceDeletionPending',
          message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
        },
      ],
    });
  });
});
