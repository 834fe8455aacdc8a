/**
 * envoy.service.auth.v3.CheckResponse: what a proxy is answered.
 * @see https://github.com/envoyproxy/envoy/blob/v1.36.2/api/envoy/service/auth/v3/external_auth.proto
 */
import type { Answer, Header } from '../../request';
import { MessageWriter, messageOf, readFields } from './wire';

/** google.rpc.Code: anything but OK keeps a request out. */
const PERMISSION_DENIED = 7;

/** The bytes of a CheckResponse that says what is to become of a request. */
export function writeCheckResponse(answer: Answer): Uint8Array {
  const response = new MessageWriter();
  if (answer.outcome === 'Allowed') {
    response
      .message(1, () => undefined)
      .message(3, (ok) => {
        for (const header of answer.toApp) writeHeader(ok, 2, header);
        for (const name of answer.notToApp) ok.text(5, name);
        for (const header of answer.toBrowser) writeHeader(ok, 6, header);
      });
  } else {
    response
      .message(1, (status) => status.integer(1, PERMISSION_DENIED))
      .message(2, (denied) => {
        denied.message(1, (status) => status.integer(1, answer.status));
        for (const header of answer.headers) writeHeader(denied, 2, header);
        denied.text(3, answer.body);
      });
  }
  return response.finish();
}

/**
 * Writes a HeaderValueOption. `append: false` replaces in every release of Envoy; without `append` each release adds a line of
 * its own to an answer, where `append: true` makes some of them join values to one line, which cookies don't survive.
 */
function writeHeader(writer: MessageWriter, field: number, header: Header): void {
  writer.message(field, (option) => {
    option.message(1, (value) => value.text(1, header.name).text(2, header.value));
    if (header.name.toLowerCase() !== 'set-cookie') option.message(2, () => undefined);
  });
}

/** What another authoriser says. */
export type Verdict = 'Allowed' | 'Denied';

/**
 * Reads the verdict of a CheckResponse: Allowed only where the status is OK and no answer of its own is given, and where it says
 * something at all. Throws where the bytes are no message, or an empty one.
 */
export function readVerdict(bytes: Uint8Array): Verdict {
  const said = { code: 0, isDenied: false, isAnything: false };
  readFields(bytes, (field, value) => {
    if (field === 1) said.code = codeOf(messageOf(value));
    if (field === 2) said.isDenied = true;
    if (field === 1 || field === 3) said.isAnything = true;
  });
  if (said.code !== 0 || said.isDenied) return 'Denied';
  if (!said.isAnything) throw new RangeError('the answer is empty');
  return 'Allowed';
}

function codeOf(status: Buffer): number {
  const codes: number[] = [];
  readFields(status, (field, value) => {
    if (field === 1) codes.push(typeof value === 'number' ? value : -1);
  });
  return codes.at(-1) ?? 0;
}
