/** The stages of a start, as a status lists them. */
import { Type } from '@sinclair/typebox';
import { listAtomic } from './keywords';

/** Stages that are behind an environment, in order; the report's own. */
export function startStages() {
  return listAtomic(
    Type.Object({
      name: Type.String({ description: 'Name of the stage.' }),
      at: Type.String({ format: 'date-time', description: 'When it was reached.' }),
    }),
    { description: 'Stages of the start that are behind it.' },
  );
}
