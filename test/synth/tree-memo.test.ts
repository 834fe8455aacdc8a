import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { TreeSource } from '../../src/plan/kind';
import { TreeMemo } from '../../src/synth';

/** A source that counts how often it is built. */
function counted(value: number, counts: { builds: number }): TreeSource<Construct> {
  return {
    inputs: { value },
    build(scope) {
      counts.builds += 1;
      new ApiObject(scope, 'object', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `object-${value}` } });
    },
  };
}

describe('a tree memo', () => {
  test('renders nothing until objects are asked for', () => {
    const counts = { builds: 0 };
    const { digest } = new TreeMemo().render('a', counted(1, counts));
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(counts.builds).toBe(0);
  });

  test('renders equal inputs once, and again when they differ', () => {
    const counts = { builds: 0 };
    const memo = new TreeMemo();
    const first = memo.render('a', counted(1, counts));
    expect(memo.render('a', counted(1, counts)).objects()).toBe(first.objects());
    expect(counts.builds).toBe(1);
    const second = memo.render('a', counted(2, counts));
    expect(second.digest).not.toBe(first.digest);
    expect(second.objects()[0]?.manifest.metadata.name).toBe('object-2');
    expect(counts.builds).toBe(2);
  });

  test('keeps one tree for each key: the one before is forgotten', () => {
    const counts = { builds: 0 };
    const memo = new TreeMemo();
    for (const value of [1, 2, 1]) memo.render('a', counted(value, counts)).objects();
    expect(counts.builds).toBe(3);
  });

  test('is bounded: what was asked for longest ago makes room', () => {
    const counts = { builds: 0 };
    const memo = new TreeMemo(2);
    for (const key of ['a', 'b', 'a', 'c', 'a']) memo.render(key, counted(1, counts)).objects();
    expect(counts.builds).toBe(3);
    memo.render('b', counted(1, counts)).objects();
    expect(counts.builds).toBe(4);
  });

  test('forgets on request', () => {
    const counts = { builds: 0 };
    const memo = new TreeMemo();
    memo.render('a', counted(1, counts)).objects();
    memo.forget('a');
    memo.render('a', counted(1, counts)).objects();
    expect(counts.builds).toBe(2);
  });
});
