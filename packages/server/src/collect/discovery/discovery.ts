import type { Labels } from '@bellwether/promql';

/** Targets that one source named together, with the labels they share; a target's own labels win over those. */
export interface TargetGroup {
  /** Where it comes from: a file, an address, an object of Kubernetes. */
  readonly source: string;
  /** Each has `__address__`, and what else is known of it as `__meta_…`. */
  readonly targets: readonly Labels[];
  readonly labels: Labels;
}

/** A place where targets are looked up, for as long as it runs. */
export interface Discovery {
  /**
   * Begins to look. Resolves after the first attempt, well or ill: what cannot be reached is tried again.
   * @param onGroups Called with all groups there are, each time they change.
   */
  start(onGroups: (groups: readonly TargetGroup[]) => void): Promise<void>;
  stop(): Promise<void>;
}
