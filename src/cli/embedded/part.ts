/** The parts of which `adra up` consists: each can run in this process or in one of its own. */
import type { AdrasteiaError } from '../../errors';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';

/** What a part is given, wherever it runs. */
export interface PartSurroundings {
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when everything has to end. */
  readonly onFatal: (error: AdrasteiaError) => void;
}

/** What the file of a part gives of one that runs. */
export interface StartedPart<Facts> {
  /** What the other parts need to know of it. */
  readonly facts: Facts;
  /** False while it has something to do. */
  readonly isDrained: () => boolean;
  /** Ends it; resolves when it has. */
  readonly stop: () => Promise<void>;
}

/** A part that runs somewhere. */
export interface RunningPart<Facts> extends StartedPart<Facts> {
  /** The process that it runs in. */
  readonly pid: number;
}

/** What the file of a part exports. Settings and facts can be sent from process to process. */
export interface PartModule<Settings, Facts> {
  readonly start: (settings: Settings, surroundings: PartSurroundings) => Promise<StartedPart<Facts>>;
}
