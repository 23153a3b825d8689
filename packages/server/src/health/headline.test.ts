import { describe, expect, it } from 'vitest';
import { headline, worst } from './headline.ts';
import type { AlertView, ModelHealth, Panel, State } from './schemas.ts';

const panel = (state: State, title = 'Accuracy') => ({ id: 'accuracy', title, state }) as Panel;
const model = (...panels: Panel[]) =>
  ({ name: 'mail_spam', state: worst(panels.map(({ state }) => state)), panels }) as ModelHealth;
const firing = (name: string, severity: string | null) =>
  ({ name, severity, state: 'firing' }) as AlertView;
const up = { up: 1, total: 1, down: [] };

describe('the headline', () => {
  it('says that all is well only when everything is known to be', () => {
    const parts = { models: [model(panel('healthy'))], alerts: [], targets: up };
    expect(headline(parts).state).toBe('healthy');
    const unknown = { ...parts, models: [model(panel('healthy'), panel('unknown'))] };
    expect(headline(unknown)).toEqual({
      state: 'unknown',
      headline: 'Not known whether all is well: mail_spam: accuracy unknown.',
    });
  });

  it('does not call nothing at all healthy', () => {
    expect(headline({ models: [], alerts: [], targets: up }).state).toBe('unknown');
  });

  it('is as bad as the worst of panels, firing alerts and targets, and names them', () => {
    const models = [model(panel('warning'), panel('healthy', 'Error rate'))];
    expect(headline({ models, alerts: [firing('Slow', 'critical')], targets: up })).toEqual({
      state: 'critical',
      headline: 'Act now: Slow firing; mail_spam: accuracy needs attention.',
    });
    const targets = { up: 0, total: 1, down: ['mail (a:1): connection refused'] };
    expect(headline({ models, alerts: [], targets })).toMatchObject({
      state: 'critical',
      headline: expect.stringContaining('target down: mail (a:1): connection refused'),
    });
    const many = { up: 0, total: 2, down: ['a', 'b'] };
    expect(headline({ models, alerts: [], targets: many }).headline).toContain(
      '2 targets are down',
    );
  });

  it('leaves information and pending alerts out of the state', () => {
    const models = [model(panel('healthy'))];
    const pending = { ...firing('Soon', 'critical'), state: 'pending' as const };
    const alerts = [firing('Fyi', 'info'), pending];
    expect(headline({ models, alerts, targets: up }).state).toBe('healthy');
  });
});
