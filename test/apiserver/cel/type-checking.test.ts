/** What the real server's type checking of policies says; recorded beside this file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/api/json';
import { type ExpressionWarning, type KindSource, typeCheckWarnings } from '../../../src/apiserver/cel';
import { builtinResources, builtinSchema } from '../../../src/apiserver/kubernetes';

const answers = JSON.parse(readFileSync(join(__dirname, 'type-checking-answers.json'), 'utf8')) as readonly {
  readonly title: string;
  readonly spec: JsonObject;
  readonly warnings: readonly ExpressionWarning[];
}[];

const source: KindSource = {
  findKinds: (group, version, resource) =>
    builtinResources()
      .filter(
        (each) =>
          (group === '' || each.group === group) &&
          each.resource === resource &&
          each.versions.some((served) => served.version === version),
      )
      .map((each) => ({ group: each.group, version, kind: each.kind })),
  findSchema: ({ group, version, kind }) => builtinSchema(group === '' ? version : `${group}/${version}`, kind),
};

describe('type checking of a policy', () => {
  it.each(answers)('warns as the real server does: $title', ({ spec, warnings }) => {
    expect(typeCheckWarnings({ spec }, source)).toEqual(warnings);
  });
});
