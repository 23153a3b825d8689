import { describe, expect, it } from 'vitest';
import { outsideText } from './outside-text.ts';

describe('a text from outside', () => {
  it('stays as it is where nothing is wrong with it', () => {
    const text = 'line 3, column 7: "größer" is not a number: a{b="c"} größer';
    expect(outsideText(text)).toBe(text);
  });

  it('is one line, without characters that steer a terminal or forge a line of the log', () => {
    expect(outsideText('\u001b[31mred\r\n{"level":50}\u0000\u202eend\u2028')).toBe(
      '[31mred {"level":50} end',
    );
  });

  it('is cut at 500 characters, and between whole ones', () => {
    const cut = outsideText('x'.repeat(20_000_000));
    expect(cut).toBe(`${'x'.repeat(499)}…`);
    expect(outsideText('x'.repeat(500))).toHaveLength(500);
    expect(outsideText(`${'x'.repeat(498)}${'😀'.repeat(10)}`)).toBe(`${'x'.repeat(498)}…`);
  });

  it('shows no credentials of an address, also where the cut goes through them', () => {
    expect(outsideText('cannot reach http://me:hunter2@shop/?token=hunter3&page=2')).toBe(
      'cannot reach http://<secret>@shop/?token=<secret>&page=2',
    );
    const across = outsideText(`${'x'.repeat(490)} http://me:hunter2@shop/`);
    expect(across).not.toContain('hunter');
  });
});
