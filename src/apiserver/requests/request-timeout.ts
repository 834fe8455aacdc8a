/**
 * The `timeout` that a request may name. It is only checked: no answer takes as long as the minute that a server has at most.
 * @see k8s.io/apiserver/pkg/endpoints/filters/request_deadline.go, v0.34
 */
import { badRequest } from '../status-error';
import type { RequestInfo } from './request-info';

const UNITS: ReadonlySet<string> = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h']);
const LONG_RUNNING: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);
/** A number and its unit, either of which may be missing. */
const TERM = /^(\d*)(?:\.(\d*))?([^.\d]*)/;

/** Throws `StatusError` 400 where a `timeout` is no duration; requests that go on may name what they like. */
export function checkTimeout({ isResource, verb, subresource }: RequestInfo, query: URLSearchParams): void {
  const timeout = query.get('timeout') ?? '';
  if (timeout === '' || (isResource && (verb === 'watch' || LONG_RUNNING.has(subresource)))) return;
  const problem = findDurationProblem(timeout);
  if (problem !== undefined) throw badRequest(`invalid timeout specified in the request URL - time: ${problem}`);
}

/** Why a text such as `1m30s` is no duration, as Go says it. */
function findDurationProblem(text: string): string | undefined {
  const quoted = JSON.stringify(text);
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return undefined;
  if (rest === '') return `invalid duration ${quoted}`;
  while (rest !== '') {
    const [term = '', whole = '', fraction = '', unit = ''] = TERM.exec(rest) ?? [];
    if (whole + fraction === '') return `invalid duration ${quoted}`;
    if (unit === '') return `missing unit in duration ${quoted}`;
    if (!UNITS.has(unit)) return `unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
    rest = rest.slice(term.length);
  }
  return undefined;
}
