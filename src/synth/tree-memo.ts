/**
 * Rendered trees, kept by the digest of what they are made from: an object is rendered again only when its inputs differ.
 */
import type { Construct } from 'constructs';
import { digest } from '../api/json';
import type { TreeSource } from '../plan/kind';
import type { RenderedTree } from '../plan/plan';
import type { PlannedObject } from '../plan/planned-object';
import { renderTree } from './render-tree';

/** Trees kept unless said otherwise: a tree weighs 6 to 15 kB, so about 10 MB. */
const TREE_MEMO_LIMIT = 1000;

/** A bounded memo with one tree for each key; the tree that was asked for longest ago makes room. */
export class TreeMemo {
  private readonly entries = new Map<string, { readonly digest: string; readonly objects: readonly PlannedObject[] }>();

  constructor(private readonly limit: number = TREE_MEMO_LIMIT) {}

  /** The tree of a source. Its digest is computed now, its objects when they are asked for; `key` names whose tree it is. */
  render(key: string, source: TreeSource<Construct>): RenderedTree {
    const inputs = digest(source.inputs);
    return { digest: inputs, objects: () => this.objectsOf(key, inputs, source) };
  }

  /** Forgets the tree of a key, as when its object is gone. */
  forget(key: string): void {
    this.entries.delete(key);
  }

  private objectsOf(key: string, inputs: string, source: TreeSource<Construct>): readonly PlannedObject[] {
    const entry = this.entries.get(key);
    const objects = entry?.digest === inputs ? entry.objects : renderTree(source);
    // Set anew, the key is the youngest of the map.
    this.entries.delete(key);
    this.entries.set(key, { digest: inputs, objects });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.limit) break;
      this.entries.delete(oldest);
    }
    return objects;
  }
}
