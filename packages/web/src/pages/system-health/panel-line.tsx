import type { Overview, Panel } from '@bellwether/server/api';
import { Skeleton } from '@mantine/core';
import { useMemo } from 'react';
import { useLine } from '../../api/line.ts';
import { LineChart } from '../../chart/line-chart.tsx';
import { composeScene, type Scene } from '../../chart/scene.ts';
import { gridOf, rangeLabel, type TimeRange } from '../../time-range.ts';
import classes from './panel-line.module.css';
import { marksOf } from './panel-marks.ts';

interface PanelLineProps {
  readonly panel: Panel;
  readonly at: number;
  readonly range: TimeRange;
  readonly demo: Overview['demo'];
}

/** The recent line of a panel: the same expression as its number, over time. */
export function PanelLine({ panel, at, range, demo }: PanelLineProps) {
  const grid = useMemo(() => gridOf(range, at), [range, at]);
  const line = useLine(panel.expr, grid);
  const reference = useLine(panel.comparison?.expr ?? null, grid);
  const scene = useMemo(() => {
    if (line.data === undefined) return null;
    return composeScene({
      unit: panel.unit,
      line: line.data,
      reference: reference.data ?? null,
      latest: { time: at / 1000, value: panel.value },
      marks: marksOf(panel),
      replayed:
        demo === null ? null : { from: demo.replayedFrom / 1000, to: demo.replayedTo / 1000 },
      scale:
        panel.unit === 'ratio' && panel.thresholds.direction === 'below'
          ? 'share-near-one'
          : 'from-zero',
    });
  }, [line.data, reference.data, panel, at, demo]);

  if (scene === null) {
    if (line.error === null) return <Skeleton className={classes.fill} animate={false} />;
    return <p className={classes.note}>The line cannot be drawn. {line.error.message}</p>;
  }
  return (
    <div
      className={classes.fill}
      data-testid={`line-${panel.id}`}
      data-points={scene.values.length}
    >
      <LineChart
        title={panel.title}
        caption={caption(range, scene, line.error)}
        referenceLabel={reference.data === undefined ? null : shortLabel(panel)}
        scene={scene}
      />
    </div>
  );
}

function caption(range: TimeRange, scene: Scene, error: Error | null): string {
  if (error !== null) return `not up to date: ${error.message}`;
  const span = `last ${rangeLabel(range)}`;
  if (scene.values.every((value) => value === null)) return `no samples in the ${span}`;
  return scene.replayed !== null && scene.replayed.to > scene.start
    ? `${span}, shaded: replayed`
    : span;
}

/** "normal, median of 24 h" is "normal" where room is short. */
function shortLabel({ comparison }: Panel): string | null {
  return comparison?.label.split(',')[0] ?? null;
}
