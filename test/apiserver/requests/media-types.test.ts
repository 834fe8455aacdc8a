import { negotiateOutput } from '../../../src/apiserver/requests/media-types';
import { StatusError } from '../../../src/apiserver/status-error';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const META = 'g=meta.k8s.io;v=v1';

describe('the form of an answer', () => {
  it.each([
    { accept: PROTOBUF, encoding: 'protobuf', as: 'object' },
    { accept: `${PROTOBUF},application/json`, encoding: 'protobuf', as: 'object' },
    { accept: `application/json,${PROTOBUF}`, encoding: 'json', as: 'object' },
    { accept: `${PROTOBUF};as=PartialObjectMetadata;${META}`, encoding: 'protobuf', as: 'partial' },
  ])('is protobuf where the kind has it: $accept', ({ accept, encoding, as }) => {
    expect(negotiateOutput(accept, { hasProtobuf: true })).toMatchObject({ encoding, as });
  });

  it('is protobuf for the metadata of custom objects, and JSON for the objects', () => {
    expect(negotiateOutput(`${PROTOBUF},application/json`, {}).encoding).toBe('json');
    expect(negotiateOutput(`${PROTOBUF};as=PartialObjectMetadata;${META}`, {}).encoding).toBe('protobuf');
  });

  it('is never a table in protobuf', () => {
    const accept = `${PROTOBUF};as=Table;${META}`;
    expect(negotiateOutput(`${accept},application/json`, { hasProtobuf: true })).toMatchObject({ as: 'object' });
    expect(() => negotiateOutput(accept, { hasProtobuf: true })).toThrow(StatusError);
  });
});
