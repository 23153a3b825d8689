import { useState } from 'react';
import type { Reading } from '../../api/overview.ts';
import type { Freshness } from '../../freshness.ts';
import type { TimeRange } from '../../time-range.ts';
import { useSearchParam } from '../../use-search-param.ts';
import { AlertList } from './alert-list.tsx';
import { chooseModel } from './choose-model.ts';
import { DownTargets } from './down-targets.tsx';
import { Headline } from './headline.tsx';
import { ModelHeading } from './model-heading.tsx';
import { ModelList } from './model-list.tsx';
import { NoModels } from './no-models.tsx';
import { PanelGrid, PanelGridSkeleton } from './panel-grid.tsx';
import classes from './system-health.module.css';

interface SystemHealthProps {
  readonly reading: Reading | undefined;
  readonly freshness: Freshness;
  readonly failure: Error | null;
  readonly range: TimeRange;
}

/** Page 1 of document B: is all well, in five seconds. */
export function SystemHealth({ reading, freshness, failure, range }: SystemHealthProps) {
  return (
    <main className={classes.page}>
      <Headline reading={reading} freshness={freshness} failure={failure} />
      {reading === undefined ? (
        freshness === 'current' && <Waiting />
      ) : (
        <Health reading={reading} stale={freshness !== 'current'} range={range} />
      )}
    </main>
  );
}

function Waiting() {
  return (
    <>
      <div className={classes.headingSpace} />
      <PanelGridSkeleton />
    </>
  );
}

interface HealthProps {
  readonly reading: Reading;
  readonly stale: boolean;
  readonly range: TimeRange;
}

function Health({ reading, stale, range }: HealthProps) {
  const { models, alerts, targets, at, demo } = reading.overview;
  const [asked, select] = useSearchParam('model');
  // Which model shows first is chosen once: panels do not change under a reader's eyes.
  const [first, setFirst] = useState<string | null>(null);
  const model = chooseModel(models, asked ?? first) ?? null;
  if (model !== null && first === null) setFirst(model.name);
  return (
    <>
      {model === null ? (
        <NoModels targets={targets.total} />
      ) : (
        <section className={classes.model} aria-label={`Health of ${model.name}`}>
          <ModelHeading model={model} models={models} stale={stale} onSelect={select} />
          <PanelGrid model={model} at={at} stale={stale} range={range} demo={demo} />
          {demo !== null && (
            <p className={classes.demo} data-testid="demo-note">
              {demo.note}
            </p>
          )}
        </section>
      )}
      <DownTargets down={targets.down} />
      {(model !== null || alerts.length > 0) && <AlertList alerts={alerts} at={at} stale={stale} />}
      {model !== null && (
        <ModelList models={models} selected={model.name} stale={stale} onSelect={select} />
      )}
    </>
  );
}
