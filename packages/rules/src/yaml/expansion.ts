import { type Alias, type Document, isAlias, isCollection, isPair, type Node } from 'yaml';
import type { YamlProblem } from './problem.ts';

/** So many nodes may come of aliases in one document; Go's reader lets the same number pass without a question. */
const MOST_BY_ALIASES = 400_000;

/** What the aliases of a document stand for, and what is wrong with them. */
export interface Expansion {
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly problems: readonly YamlProblem[];
}

/**
 * Binds each alias to the anchor of its name that stands nearest above it, and counts what all of them expand to before
 * anybody reads it: ten lines of aliases of aliases can stand for more nodes than there is memory.
 */
export function expansionOf(document: Document): Expansion {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const problems: YamlProblem[] = [];
  /** Nodes that a read anchor stands for, aliases expanded. */
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();
  let byAliases = 0;

  count(document.contents);
  return { targets, problems };

  function count(node: unknown): number {
    if (isPair(node)) return count(node.key) + count(node.value);
    if (isAlias(node)) return follow(node);
    const anchored = anchorOf(node);
    if (anchored !== undefined) {
      anchors.set(anchored.name, anchored.node);
      open.add(anchored.node);
    }
    let size = 1;
    if (isCollection(node)) for (const item of node.items) size += count(item);
    if (anchored !== undefined) {
      open.delete(anchored.node);
      sizes.set(anchored.node, size);
    }
    return size;
  }

  function follow(alias: Alias): number {
    const offset = alias.range?.[0] ?? 0;
    const target = anchors.get(alias.source);
    const complain = (message: string, hint: string): number => {
      problems.push({ offset, message, hint });
      return 1;
    };
    if (target === undefined)
      return complain(
        `there is no anchor &${alias.source} above`,
        'write the anchor before its aliases',
      );
    if (open.has(target))
      return complain(
        `the anchor &${alias.source} contains itself`,
        'write out what it should hold',
      );
    const size = sizes.get(target)!;
    const before = byAliases;
    byAliases += size;
    if (byAliases > MOST_BY_ALIASES) {
      // Said once: behind the first that is too much, all are.
      if (before > MOST_BY_ALIASES) return size;
      return complain(
        `aliases stand for more than ${MOST_BY_ALIASES} nodes up to here`,
        'write less by aliases of aliases, or make several files of it',
      );
    }
    targets.set(alias, target);
    return size;
  }
}

function anchorOf(node: unknown): { readonly name: string; readonly node: Node } | undefined {
  if (typeof node !== 'object' || node === null || !('anchor' in node)) return undefined;
  const { anchor } = node;
  return typeof anchor === 'string' && anchor !== ''
    ? { name: anchor, node: node as unknown as Node }
    : undefined;
}
