import uPlot from 'uplot';
import { drawMarks, drawReplayed } from './draw.ts';
import { type Palette, readPalette } from './palette.ts';
import { loneIndices, type Scene } from './scene.ts';
import { timeTicks, valueTicks } from './ticks.ts';

/** Charts of one page share the cursor: the same moment is marked in all of them. */
const SYNC_KEY = 'bellwether';

/** A drawn chart that scenes are put into. */
export interface Plot {
  show(scene: Scene): void;
  resize(width: number, height: number): void;
  /** Puts the cursor on a point, as the arrow keys do. */
  point(index: number | null): void;
  destroy(): void;
}

/**
 * Draws into `element` with the colours it has now; a new theme needs a new plot.
 * `onPoint` hears which point of the scene the cursor is at, null when it leaves.
 */
export function createPlot(
  element: HTMLElement,
  first: Scene,
  onPoint: (index: number | null) => void,
): Plot {
  let scene = first;
  const palette = readPalette(element);
  const options = plotOptions(palette, () => scene, onPoint);
  const plot = new uPlot(
    { ...options, width: element.clientWidth || 320, height: element.clientHeight || 120 },
    dataOf(scene),
    element,
  );
  return {
    show(next) {
      scene = next;
      plot.setData(dataOf(next));
    },
    resize: (width, height) => plot.setSize({ width, height }),
    point(index) {
      const time = index === null ? undefined : scene.times[index];
      const left = time === undefined ? -10 : plot.valToPos(time, 'x');
      plot.setCursor({ left, top: time === undefined ? -10 : 0 });
    },
    destroy: () => plot.destroy(),
  };
}

function dataOf(scene: Scene): uPlot.AlignedData {
  return [[...scene.times], [...scene.values], [...scene.reference]];
}

function plotOptions(
  palette: Palette,
  scene: () => Scene,
  onPoint: (index: number | null) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: SYNC_KEY, scales: ['x', null] },
      drag: { x: false, y: false, setScale: false },
      y: false,
      points: {
        size: 7,
        width: 2,
        fill: palette.surface,
        stroke: (_plot, index) => (index === 1 ? palette.line : palette.reference),
      },
    },
    scales: {
      x: { time: true, range: () => [scene().start, scene().end] },
      y: { range: () => [scene().y.min, scene().y.max] },
    },
    axes: [
      {
        ...axis(palette),
        size: 26,
        space: 64,
        grid: { show: false },
        values: (_plot, splits) => timeTicks(splits),
      },
      {
        ...axis(palette),
        size: 56,
        space: 26,
        grid: { stroke: palette.grid, width: 1 },
        values: (_plot, splits) => valueTicks(splits, scene().unit),
      },
    ],
    series: [{}, ...seriesOptions(palette, scene)],
    hooks: {
      drawClear: [(plot) => drawReplayed(plot, scene(), palette)],
      draw: [(plot) => drawMarks(plot, scene(), palette, uPlot.pxRatio)],
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
    },
  };
}

function axis(palette: Palette): uPlot.Axis {
  return {
    stroke: palette.muted,
    font: '11px system-ui, sans-serif',
    ticks: { show: false },
    gap: 6,
  };
}

function seriesOptions(palette: Palette, scene: () => Scene): uPlot.Series[] {
  const values: uPlot.Series = {
    stroke: palette.line,
    width: 1.75,
    points: {
      show: false,
      size: 4,
      fill: palette.line,
      filter: () => loneIndices(scene().values),
    },
  };
  const reference: uPlot.Series = {
    stroke: palette.reference,
    width: 1.25,
    dash: [2, 3],
    points: { show: false },
  };
  return [values, reference];
}
