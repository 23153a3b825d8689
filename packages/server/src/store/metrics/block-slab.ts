const PAGE_BYTES = 1 << 20;
/** Places are counted in these. */
const UNIT_BYTES = 8;
const PAGE_UNITS = PAGE_BYTES / UNIT_BYTES;

/** Where no block is. */
export const NOWHERE = 0;

/** Memory that blocks stand in. */
export interface BlockPage {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * Room for the blocks of all series: pages of a mebibyte, cut into pieces as they are asked for. A piece that was given
 * back is used for the next block of its size; blocks of one head keep to a few sizes. A place is a number of 32 bits,
 * so all pages together are 32 GiB at most.
 */
export class BlockSlab {
  readonly #pages: BlockPage[] = [];
  /** Pieces that were given back, by their size in units. */
  readonly #free: number[][] = [];
  /** The first unit of the newest page that is not given away; the very first of all stays unused. */
  #next = PAGE_UNITS;

  /** A piece of so many bytes; what is in it is not defined. */
  take(bytes: number): number {
    const units = Math.ceil(bytes / UNIT_BYTES);
    const free = this.#free[units]?.pop();
    if (free !== undefined) return free;
    if (this.#next + units > PAGE_UNITS) this.#addPage();
    const place = (this.#pages.length - 1) * PAGE_UNITS + this.#next;
    this.#next += units;
    return place;
  }

  /** Gives a piece back. Nothing may read it any more. */
  release(place: number, bytes: number): void {
    const units = Math.ceil(bytes / UNIT_BYTES);
    this.#free[units] ??= [];
    this.#free[units].push(place);
  }

  page(place: number): BlockPage {
    return this.#pages[(place / PAGE_UNITS) | 0]!;
  }

  /** Where in its page a place is. */
  at(place: number): number {
    return (place % PAGE_UNITS) * UNIT_BYTES;
  }

  #addPage(): void {
    if (this.#pages.length === MOST_PAGES)
      throw new Error('the head holds 32 GiB of samples already: make storage.head shorter');
    const bytes = new Uint8Array(PAGE_BYTES);
    this.#pages.push({ bytes, view: new DataView(bytes.buffer) });
    this.#next = this.#pages.length === 1 ? 1 : 0;
  }
}

const MOST_PAGES = 2 ** 32 / PAGE_UNITS;
