import type { ModelHealth, Overview } from '@bellwether/server/api';
import type { TimeRange } from '../../time-range.ts';
import { HealthPanel } from './health-panel.tsx';
import classes from './panel-grid.module.css';
import { PanelLine } from './panel-line.tsx';

const PANELS = ['request-rate', 'error-rate', 'latency-p95', 'accuracy'];

interface PanelGridProps {
  readonly model: ModelHealth;
  readonly at: number;
  readonly stale: boolean;
  readonly range: TimeRange;
  readonly demo: Overview['demo'];
}

export function PanelGrid({ model, at, stale, range, demo }: PanelGridProps) {
  return (
    <div className={classes.grid}>
      {model.panels.map((panel) => (
        <div key={`${model.name} ${panel.id}`} className={classes.cell}>
          <HealthPanel panel={panel} at={at} stale={stale}>
            <PanelLine panel={panel} at={at} range={range} demo={demo} />
          </HealthPanel>
        </div>
      ))}
    </div>
  );
}

/** Takes the room of the four panels until the first answer, so that nothing moves when it comes. */
export function PanelGridSkeleton() {
  return (
    <div className={classes.grid} aria-hidden="true">
      {PANELS.map((id) => (
        <div key={id} className={classes.cell}>
          <div className={classes.skeleton} />
        </div>
      ))}
    </div>
  );
}
