/** A controller whose work is the objects of one kind, each by its key. */
import type { ObjectName } from '../../api/object';
import type { Controller } from './controller';
import type { ControllerContext } from './controller-context';
import { Work } from './work';

export abstract class KeyedController implements Controller {
  protected readonly context: ControllerContext;
  protected readonly work: Work;

  /** The name is that of kube-controller-manager's controller, for logs. */
  protected constructor(context: ControllerContext, name: string) {
    this.context = context;
    this.work = new Work({ ...context, name, perform: (key) => this.reconcile(nameOf(key)) });
  }

  get isIdle(): boolean {
    return this.work.isIdle;
  }

  start(): void | Promise<void> {
    this.work.start();
  }

  stop(): Promise<void> {
    return this.work.stop();
  }

  /** Has the object looked at, now or in so many milliseconds. */
  protected enqueue(name: ObjectName, delayMs = 0): void {
    if (delayMs > 0) this.work.addAfter(keyOf(name), delayMs);
    else this.work.add(keyOf(name));
  }

  /** Looks at an object and does what is due. Gives the milliseconds after which it is to be looked at again, if any. */
  protected abstract reconcile(name: ObjectName): Promise<number | undefined>;
}

/** `namespace/name`; a name alone for what has no namespace. */
export function keyOf({ namespace, name }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function nameOf(key: string): ObjectName {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
