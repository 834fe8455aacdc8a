/** What the kinds of `certificates.k8s.io` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { certificateSigningRequestStrategy } from './certificate-signing-request';
import { certificateSigningRequestColumns } from './columns';

export const certificatesKinds: Readonly<Record<string, KindFacts>> = {
  certificatesigningrequests: {
    strategy: certificateSigningRequestStrategy,
    columns: certificateSigningRequestColumns,
  },
};
