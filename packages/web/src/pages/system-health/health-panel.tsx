import type { Panel } from '@bellwether/server/api';
import type { ReactNode } from 'react';
import { StateMark } from '../../components/state-mark.tsx';
import { formatInterval, formatMeasure, formatSample, formatValue } from '../../format.ts';
import { formatClock } from '../../format-time.ts';
import { STATE_WORDS } from '../../states.ts';
import classes from './health-panel.module.css';
import { queryHref } from './query-href.ts';

interface HealthPanelProps {
  readonly panel: Panel;
  /** Set when the number is of the past: the moment it was true, Unix ms. */
  readonly lastKnownAt: number | null;
  readonly children: ReactNode;
}

/** One of the four large panels: a number, what it is judged against, its state and why. */
export function HealthPanel({ panel, lastKnownAt, children }: HealthPanelProps) {
  const state = lastKnownAt === null ? panel.state : 'unknown';
  const words =
    lastKnownAt === null
      ? STATE_WORDS[panel.state]
      : `Unknown now; ${STATE_WORDS[panel.state].toLowerCase()} at ${formatClock(lastKnownAt)}`;
  return (
    <article
      className={classes.panel}
      aria-label={panel.title}
      data-testid={`panel-${panel.id}`}
      data-state={state}
      data-stale={lastKnownAt !== null}
      data-value={String(panel.value)}
      data-expr={panel.expr}
    >
      <div className={classes.reading}>
        <h3 className={classes.title}>{panel.title}</h3>
        <BigNumber panel={panel} />
        <p className={classes.state}>
          <StateMark state={state} words={words} />
        </p>
        <p className={classes.reason}>{panel.reason}</p>
        <ul className={classes.facts}>
          {factsOf(panel).map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
        <a className={classes.query} href={queryHref(panel.expr)} title={panel.expr}>
          PromQL<span className="visually-hidden"> of {panel.title}</span>
        </a>
      </div>
      <div className={classes.line}>{children}</div>
    </article>
  );
}

function BigNumber({ panel }: { readonly panel: Panel }) {
  if (panel.value === null) {
    return (
      <p className={classes.number}>
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">no value</span>
      </p>
    );
  }
  const { number, unit } = formatMeasure(panel.value, panel.unit);
  return (
    <p className={classes.number}>
      {number}
      <span className={classes.unit}>
        {'\u00a0'}
        {unit}
      </span>
    </p>
  );
}

/** What the number is compared with, and what it rests on. */
function factsOf({ comparison, sample, interval, unit }: Panel): string[] {
  const facts: string[] = [];
  if (comparison !== null) {
    const against = comparison.value === null ? 'unknown' : formatValue(comparison.value, unit);
    facts.push(`${comparison.label}: ${against}`);
  }
  if (sample !== null) facts.push(formatSample(sample));
  if (interval !== null) {
    facts.push(`95 % interval ${formatInterval(interval.low, interval.high, unit)}`);
  }
  return facts;
}
