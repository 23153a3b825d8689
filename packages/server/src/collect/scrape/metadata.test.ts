import { describe, expect, it } from 'vitest';
import { MetadataBook } from './metadata.ts';

const about = (help: string) => ({ type: 'counter', help, unit: '' });
const HOUR = 3_600_000;

describe('what is said of metrics', () => {
  it('is kept once, with every opinion there is', () => {
    const book = new MetadataBook(() => 0);
    for (const help of ['a', 'b', 'a']) book.addOne('up', about(help));
    expect([...book.all]).toEqual([['up', [about('a'), about('b')]]]);
    expect(book.add(new Map([['up', about('b')]])).get('up')).toBe(book.all.get('up')![1]);
  });

  it('is forgotten when nobody has said it for two hours, and not while somebody does', () => {
    let now = 0;
    const book = new MetadataBook(() => now);
    for (const name of ['gone', 'said']) book.addOne(name, about(''));
    for (now = 0; now <= 3 * HOUR; now += HOUR / 4) {
      book.addOne('said', about(''));
      if (now < HOUR) expect(book.all.has('gone')).toBe(true);
    }
    expect([...book.all.keys()]).toEqual(['said']);
    now += 5 * HOUR;
    expect(book.all.size).toBe(0);
  });

  it('is bounded in number, in length and for one metric, the newest staying', () => {
    const book = new MetadataBook(() => 0);
    for (let i = 0; i < 200_000; i++) book.addOne(`m${i}`, about('x'));
    expect(book.all.size).toBeLessThanOrEqual(100_000);
    expect(book.all.has('m199999')).toBe(true);

    for (let i = 0; i < 50_000; i++) book.addOne('up', about(`opinion ${i}`));
    expect(book.all.get('up')!.length).toBeLessThanOrEqual(32);
    expect(book.all.get('up')!.map(({ help }) => help)).toContain('opinion 49999');

    book.addOne('n'.repeat(2000), about(''));
    book.addOne('long', about('x'.repeat(1_000_000)));
    expect(book.all.get('long')![0]!.help).toHaveLength(4096);
    expect([...book.all.keys()].some((name) => name.length > 1024)).toBe(false);
    for (let i = 0; i < 20_000; i++) book.addOne(`big${i}`, about(`${i}${'x'.repeat(4000)}`));
    let characters = 0;
    for (const opinions of book.all.values())
      for (const { help } of opinions) characters += help.length;
    expect(characters).toBeLessThanOrEqual(34 * 2 ** 20);
  });
});
