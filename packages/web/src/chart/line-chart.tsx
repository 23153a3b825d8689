import { useComputedColorScheme } from '@mantine/core';
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { formatValue } from '../format.ts';
import { formatMoment } from '../format-time.ts';
import classes from './line-chart.module.css';
import { createPlot, type Plot } from './plot.ts';
import { nextIndex, type Scene } from './scene.ts';

interface LineChartProps {
  readonly title: string;
  /** Shown above the line while nothing is pointed at: the time it covers. */
  readonly caption: string;
  readonly referenceLabel: string | null;
  readonly scene: Scene;
}

/** A line over time, pointed at by mouse or by arrow keys; the value under the cursor is read above it. */
export function LineChart({ title, caption, referenceLabel, scene }: LineChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const latestScene = useRef(scene);
  const colorScheme = useComputedColorScheme('light');
  const [index, setIndex] = useState<number | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: canvas colours are read anew for each theme.
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const created = createPlot(element, latestScene.current, setIndex);
    plot.current = created;
    const observer = new ResizeObserver(() => {
      created.resize(element.clientWidth, element.clientHeight);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      created.destroy();
      plot.current = null;
    };
  }, [colorScheme]);

  useEffect(() => {
    latestScene.current = scene;
    plot.current?.show(scene);
  }, [scene]);

  const move = useCallback(
    (event: KeyboardEvent) => {
      const last = scene.values.length;
      if (event.key === 'ArrowLeft')
        plot.current?.point(nextIndex(scene.values, index ?? last, -1));
      else if (event.key === 'ArrowRight') {
        plot.current?.point(nextIndex(scene.values, index ?? last, 1));
      } else if (event.key === 'Escape') plot.current?.point(null);
      else return;
      event.preventDefault();
    },
    [scene, index],
  );

  const pointed = index === null ? null : describePoint(scene, index, referenceLabel);
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption} data-pointed={pointed !== null}>
        {pointed ?? caption}
      </figcaption>
      <div
        ref={holder}
        className={classes.plot}
        role="slider"
        tabIndex={0}
        aria-label={`${title}, ${caption}; arrow keys move along the line`}
        aria-valuemin={scene.start}
        aria-valuemax={scene.end}
        aria-valuenow={scene.times[index ?? scene.times.length - 1] ?? scene.end}
        aria-valuetext={
          pointed ?? describePoint(scene, scene.times.length - 1, referenceLabel) ?? 'no data'
        }
        onKeyDown={move}
      />
    </figure>
  );
}

function describePoint(scene: Scene, index: number, referenceLabel: string | null): string | null {
  const time = scene.times[index];
  if (time === undefined) return null;
  const value = scene.values[index];
  const reference = scene.reference[index];
  const said = value == null ? 'no data' : formatValue(value, scene.unit);
  const compared =
    reference == null || referenceLabel === null
      ? ''
      : ` · ${referenceLabel} ${formatValue(reference, scene.unit)}`;
  return `${formatMoment(time * 1000, scene.end * 1000)} · ${said}${compared}`;
}
