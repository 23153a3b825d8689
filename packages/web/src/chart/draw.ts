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
  const labels = new Labels(ctx, palette, pixelRatio);
  ctx.save();
  ctx.lineWidth = pixelRatio;
  ctx.setLineDash([4 * pixelRatio, 3 * pixelRatio]);
  for (const mark of [...scene.marks].sort((a, b) => b.value - a.value)) {
    if (mark.value > max || mark.value < min) {
      labels.drawAtEdge(mark, mark.value > max ? 'top' : 'bottom', bbox);
    } else {
      const y = Math.round(plot.valToPos(mark.value, 'y', true)) + 0.5;
      ctx.strokeStyle = palette[mark.tone];
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      labels.drawAtLine(mark, y, bbox);
    }
  }
  ctx.restore();
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

/** Names of bounds, placed so that none covers another. */
class Labels {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #palette: Palette;
  readonly #px: number;
  readonly #height: number;
  readonly #placed: Box[] = [];

  constructor(ctx: CanvasRenderingContext2D, palette: Palette, pixelRatio: number) {
    this.#ctx = ctx;
    this.#palette = palette;
    this.#px = pixelRatio;
    this.#height = 13 * pixelRatio;
  }

  /** At the left end of a line, on the side the mark asks for if the plot has room there. */
  drawAtLine(mark: Mark, y: number, plot: uPlot.BBox): void {
    const above = y - this.#height - this.#px;
    const below = y + 2 * this.#px;
    const fitsAbove = above >= plot.top;
    const fitsBelow = below + this.#height <= plot.top + plot.height;
    const onTop = mark.side === 'above' ? fitsAbove || !fitsBelow : !fitsBelow;
    this.#draw(mark.label, plot.left + 4 * this.#px, onTop ? above : below, 1);
  }

  /** In the right corner, with an arrow to where the bound lies. */
  drawAtEdge(mark: Mark, edge: 'top' | 'bottom', plot: uPlot.BBox): void {
    const text = `${mark.label} ${edge === 'top' ? '↑' : '↓'}`;
    const right = plot.left + plot.width - 4 * this.#px;
    const top = edge === 'top' ? plot.top + this.#px : plot.top + plot.height - this.#height;
    this.#draw(text, right, top, -1);
  }

  /** Moves on from `from` in `direction` until nothing is covered. */
  #draw(text: string, from: number, top: number, direction: 1 | -1): void {
    const ctx = this.#ctx;
    ctx.save();
    ctx.font = `${LABEL_PX * this.#px}px system-ui, sans-serif`;
    const width = ctx.measureText(text).width;
    const boxAt = (x: number): Box =>
      direction === 1 ? { left: x, right: x + width, top } : { left: x - width, right: x, top };
    const step = (width + 10 * this.#px) * direction;
    let x = from;
    while (this.#placed.some((other) => this.#overlap(other, boxAt(x)))) x += step;
    const box = boxAt(x);
    this.#placed.push(box);
    // A halo keeps the name readable where the line of the data runs behind it.
    ctx.setLineDash([]);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'top';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 3 * this.#px;
    ctx.strokeStyle = this.#palette.surface;
    ctx.globalAlpha = 0.8;
    ctx.strokeText(text, box.left, top);
    ctx.globalAlpha = 1;
    ctx.fillStyle = this.#palette.muted;
    ctx.fillText(text, box.left, top);
    ctx.restore();
  }

  #overlap(a: Box, b: Box): boolean {
    return a.left < b.right && b.left < a.right && Math.abs(a.top - b.top) < this.#height;
  }
}
