/**
 * JupyterServer as a front end, in both groups that it lived in.
 */
import type { FrontEnd } from '../../../model/front-end';
import type { KindSchema } from '../../../schema/kind-schema';
import { jupyterServerFrontEnd, renkuJupyterServerFrontEnd } from './front-end';
import { jupyterServerSchema, renkuJupyterServerSchema } from './jupyter-server';

export { jupyterServerCorrections } from './corrections';

/** The kinds: an object of each is an environment. */
export const jupyterServerKinds: readonly { readonly schema: KindSchema; readonly frontEnd: FrontEnd }[] = [
  { schema: jupyterServerSchema, frontEnd: jupyterServerFrontEnd },
  { schema: renkuJupyterServerSchema, frontEnd: renkuJupyterServerFrontEnd },
];
