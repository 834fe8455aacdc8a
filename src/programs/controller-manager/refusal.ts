/** What a refusal of the API says, in the API's own words. */
import { apiStatusOf } from '../../adapters/kubernetes/errors';

/** The server's message, or the error's where no server spoke. */
export function refusalMessage(error: unknown): string {
  return apiStatusOf(error)?.message ?? (error instanceof Error ? error.message : String(error));
}

/** True where nothing can be made any more, since the namespace is being deleted. */
export function saysNamespaceIsTerminating(error: unknown): boolean {
  return apiStatusOf(error)?.causes.some(({ reason }) => reason === 'NamespaceTerminating') === true;
}
