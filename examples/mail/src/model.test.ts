import { beforeAll, describe, expect, it } from 'vitest';
import { type Group, loadGroup, type Mail } from './corpus.ts';
import { type FittedModel, SpamModel, trainModel } from './model.ts';

/** Every fourth mail of a group: enough to learn from, and quick. */
function some(group: Group): Mail[] {
  return loadGroup(group).filter((_, index) => index % 4 === 0);
}

describe('spam model', () => {
  let fitted: FittedModel;
  let model: SpamModel;

  beforeAll(() => {
    fitted = trainModel([...some('easy-ham-1'), ...some('spam-1')]);
    model = new SpamModel(fitted);
  }, 60_000);

  function accuracy(mails: readonly Mail[]): number {
    return (
      mails.filter(({ label, text }) => model.predict(text).label === label).length / mails.length
    );
  }

  it('tells apart mails it has not seen, and is worse at hard ones', () => {
    expect(accuracy(some('easy-ham-2'))).toBeGreaterThan(0.9);
    expect(accuracy(some('spam-2'))).toBeGreaterThan(0.8);
    expect(accuracy(some('hard-ham-1'))).toBeLessThan(0.7);
  });

  it('is about as often right on unseen mail as it says', () => {
    // Traffic's own mix; on mails of both groups alike it would be judged by a share it never met.
    const mails = [...some('easy-ham-2'), ...some('spam-2').slice(0, 100)];
    const claimed = mails.reduce((sum, { text }) => sum + model.predict(text).confidence, 0);
    expect(Math.abs(claimed / mails.length - accuracy(mails))).toBeLessThan(0.05);
  });

  it('is surer than a coin of every answer, and gives the same one twice', () => {
    for (const { text } of some('hard-ham-1')) {
      const { confidence, label } = model.predict(text);
      expect(confidence).toBeGreaterThanOrEqual(0.5);
      expect(confidence).toBeLessThanOrEqual(1);
      expect(model.predict(text)).toEqual({ confidence, label });
    }
  });

  it('is the same model when it comes back from its JSON', () => {
    const restored = new SpamModel(JSON.parse(JSON.stringify(fitted)) as FittedModel);
    for (const { text } of some('spam-2')) {
      expect(restored.predict(text)).toEqual(model.predict(text));
    }
  });

  it('falls back on how frequent spam is when it knows no word of a mail', () => {
    const { confidence, label } = model.predict('xqzvvk 0');
    expect(label).toBe('ham');
    expect(confidence).toBeCloseTo(625 / 750, 12);
  });
});
