import { describe, expect, it } from 'vitest';
import { relabeller } from './relabel.ts';
import { relabelSchema } from './schema.ts';

const labels = { a: 'foo', b: 'bar', c: 'baz' };

function relabel(input: Record<string, string>, ...configs: object[]) {
  return relabeller(configs.map((config) => relabelSchema.parse(config)))(input);
}

// Expected values follow prometheus.io, "Configuration", <relabel_config>; hashmod's is md5 computed by hand. A real
// Prometheus is given the same steps in relabel.live.test.ts.
describe('relabelling', () => {
  it('replaces a label by what an anchored expression finds', () => {
    expect(
      relabel(labels, {
        source_labels: ['a'],
        regex: 'f(.*)',
        target_label: 'd',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as Go writes it
        replacement: 'ch${1}-ch${1}',
      }),
    ).toEqual({ ...labels, d: 'choo-choo' });
    expect(
      relabel(labels, { source_labels: ['a'], regex: 'o', target_label: 'd', replacement: 'x' }),
    ).toEqual(labels);
  });

  it('joins source labels with the separator, a missing one being empty', () => {
    expect(relabel(labels, { source_labels: ['a', 'nobody', 'b'], target_label: 'd' })).toEqual({
      ...labels,
      d: 'foo;;bar',
    });
  });

  it('removes a label whose replacement is empty', () => {
    expect(relabel(labels, { source_labels: ['a'], target_label: 'a', replacement: '' })).toEqual({
      b: 'bar',
      c: 'baz',
    });
  });

  it('takes the target name from the match too', () => {
    expect(
      relabel(
        { a: 'boo:1' },
        {
          source_labels: ['a'],
          regex: '(?P<name>\\w+):(\\d)',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as Go writes it
          target_label: '${name}_$2',
          replacement: '$$$2',
        },
      ),
    ).toEqual({ a: 'boo:1', boo_1: '$1' });
  });

  it.each([
    ['keep', 'foo', labels],
    ['keep', 'fo', null],
    ['drop', 'f.*', null],
    ['drop', 'o', labels],
  ])('%ss sets whose source matches %s', (action, regex, expected) => {
    expect(relabel(labels, { source_labels: ['a'], action, regex })).toEqual(expected);
  });

  it('keeps and drops by equality of two labels', () => {
    const same = { x: '1', y: '1' };
    expect(relabel(same, { source_labels: ['x'], target_label: 'y', action: 'keepequal' })).toEqual(
      same,
    );
    expect(
      relabel(same, { source_labels: ['x'], target_label: 'y', action: 'dropequal' }),
    ).toBeNull();
    expect(
      relabel(labels, { source_labels: ['a'], target_label: 'b', action: 'keepequal' }),
    ).toBeNull();
  });

  it('maps, drops and keeps labels by name', () => {
    const meta = { __meta_pod_label_app: 'web', __meta_pod_label_tier: 'front', job: 'x' };
    expect(
      relabel(
        meta,
        { action: 'labelmap', regex: '__meta_pod_label_(.+)' },
        { action: 'labeldrop', regex: '__meta_.*' },
      ),
    ).toEqual({ app: 'web', tier: 'front', job: 'x' });
    expect(relabel(meta, { action: 'labelkeep', regex: 'job' })).toEqual({ job: 'x' });
  });

  it('spreads by md5, as Prometheus does', () => {
    // md5("foo") = acbd18db4cc2f85cedef654fccc4a4d8; its last 8 bytes are 0xedef654fccc4a4d8.
    const expected = String(0xedef654fccc4a4d8n % 1000n);
    expect(
      relabel(labels, {
        source_labels: ['a'],
        target_label: 'd',
        action: 'hashmod',
        modulus: 1000,
      }),
    ).toEqual({ ...labels, d: expected });
  });

  it('lets . match a newline, as Prometheus does since 3.0', () => {
    // prometheus.io, "Prometheus 3.0 migration guide", section "PromQL".
    const step = { source_labels: ['a'], regex: 'one.two', action: 'drop' };
    expect(relabel({ a: 'one\ntwo' }, step)).toBeNull();
  });

  it('takes no step behind one that dropped the set', () => {
    const drop = { source_labels: ['a'], regex: 'foo', action: 'drop' };
    const keep = { source_labels: ['a'], regex: 'foo', action: 'keep' };
    expect(relabel(labels, drop, keep)).toBeNull();
  });

  it('changes case', () => {
    expect(
      relabel(
        { a: 'FoO' },
        { source_labels: ['a'], target_label: 'l', action: 'lowercase' },
        { source_labels: ['a'], target_label: 'u', action: 'Uppercase' },
      ),
    ).toEqual({ a: 'FoO', l: 'foo', u: 'FOO' });
  });

  it('changes case rune by rune, as Go does', () => {
    // strings.ToUpper and strings.ToLower of go1.26.8.
    expect(
      relabel(
        { a: 'ΟΔΟΣ İ ß ᾳ ᾀ ǆ' },
        { source_labels: ['a'], target_label: 'l', action: 'lowercase' },
        { source_labels: ['a'], target_label: 'u', action: 'uppercase' },
      ),
    ).toMatchObject({ l: 'οδοσ i ß ᾳ ᾀ ǆ', u: 'ΟΔΟΣ İ ß ᾼ ᾈ Ǆ' });
  });

  it('refuses a step that cannot work, and says why', () => {
    expect(() => relabelSchema.parse({ action: 'hashmod', target_label: 'd' })).toThrow('modulus');
    expect(() => relabelSchema.parse({ action: 'replace' })).toThrow('requires target_label');
    expect(() => relabelSchema.parse({ target_label: 'd', regex: '(' })).toThrow(
      'regular expression',
    );
    expect(() => relabelSchema.parse({ action: 'rename' })).toThrow();
  });

  // promtool check config 2.42 refuses each of them, but that of uppercase, which later ones refuse.
  it.each([
    [{ action: 'labeldrop', regex: 'a', source_labels: ['b'] }, 'labeldrop takes no source_labels'],
    [{ action: 'labelkeep', regex: 'a', target_label: 'b' }, 'labelkeep takes no target_label'],
    [{ action: 'labeldrop', regex: 'a', replacement: 'b' }, 'labeldrop takes no replacement'],
    [
      { action: 'keepequal', source_labels: ['a'], target_label: 'b', regex: 'c' },
      'keepequal takes no regex',
    ],
    [
      { action: 'dropequal', source_labels: ['a'], target_label: 'b', separator: '-' },
      'dropequal takes no separator',
    ],
    [{ action: 'replace', target_label: 'a-b' }, 'makes no label name'],
    [{ action: 'labelmap', replacement: '-$1' }, 'makes no label name'],
    [{ action: 'uppercase', target_label: '$1' }, 'is not a label name'],
    [{ action: 'hashmod', target_label: 'a b', modulus: 2 }, 'is not a label name'],
  ])('refuses %j', (step, message) => {
    expect(() => relabelSchema.parse(step)).toThrow(message);
  });
});
