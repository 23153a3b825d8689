import type uPlot from 'uplot';
import type { Palette } from './palette.ts';
import type { Scene } from './scene.ts';
import type { Mark } from './y-range.ts';

const LABEL_PX = 10.5;

/** The replayed past: a shaded band under everything; the caption of the chart names it. */
export function drawReplayed(plot: uPlot, scene: Scene, palette: Palette): void {
  if (scene.replayed === null) return;
  const { left, top, width, height } = plot.bbox;
  const inside = (time: number) =>
    Math.min(left + width, Math.max(left, plot.valToPos(time, 'x', true)));
  const from = inside(scene.replayed.from);
  const to = inside(scene.replayed.to);
  if (to - from < 1) return;
  plot.ctx.fillStyle = palette.band;
  plot.ctx.fillRect(from, top, to - from, height);
}

/** Bounds as dashed lines with their names; those off the scale are named at the edge they lie behind. */
export function drawMarks(plot: uPlot, scene: Scene, palette: Palette, pixelRatio: number): void {
  const { ctx, bbox } = plot;
  const { min, max } = scene.y;
  ctx.save();
  ctx.font = font(pixelRatio);
  ctx.lineWidth = pixelRatio;
  let edge = bbox.left + bbox.width - 4 * pixelRatio;
  for (const mark of [...scene.marks].sort((a, b) => b.value - a.value)) {
    if (mark.value > max || mark.value < min) {
      const arrow = mark.value > max ? '↑' : '↓';
      const text = `${mark.label} ${arrow}`;
      ctx.textAlign = 'right';
      const y =
        mark.value > max ? bbox.top + 2 * pixelRatio : bbox.top + bbox.height - 14 * pixelRatio;
      drawLabel(ctx, text, edge, y, 'top', palette);
      edge -= ctx.measureText(text).width + 12 * pixelRatio;
    } else {
      drawMark(plot, mark, palette, pixelRatio);
    }
  }
  ctx.restore();
}

function drawMark(plot: uPlot, mark: Mark, palette: Palette, pixelRatio: number): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(mark.value, 'y', true)) + 0.5;
  ctx.strokeStyle = palette[mark.tone];
  ctx.setLineDash([4 * pixelRatio, 3 * pixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.textAlign = 'left';
  const above = y - bbox.top > 14 * pixelRatio;
  const textY = above ? y - 2 * pixelRatio : y + 2 * pixelRatio;
  drawLabel(ctx, mark.label, bbox.left + 4 * pixelRatio, textY, above ? 'bottom' : 'top', palette);
}

/** A halo in the colour of the panel keeps a label readable where the line runs behind it. */
function drawLabel(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  baseline: CanvasTextBaseline,
  palette: Palette,
): void {
  ctx.textBaseline = baseline;
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineWidth *= 3;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = palette.surface;
  ctx.globalAlpha = 0.8;
  ctx.strokeText(text, x, y);
  ctx.restore();
  ctx.fillStyle = palette.muted;
  ctx.fillText(text, x, y);
}

function font(pixelRatio: number): string {
  return `${LABEL_PX * pixelRatio}px system-ui, sans-serif`;
}
