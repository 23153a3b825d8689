import type { AlertView } from '@bellwether/server/api';
import { IconChevronRight, IconClock, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { StateIcon } from '../../components/state-mark.tsx';
import { formatPlain } from '../../format.ts';
import { formatDuration, formatMoment } from '../../format-time.ts';
import { stateOfSeverity } from '../../states.ts';
import classes from './alert-card.module.css';
import { tellingLabels } from './alert-labels.ts';
import { queryHref } from './query-href.ts';

interface AlertCardProps {
  readonly alert: AlertView;
  /** Unix ms the alert was seen in this state. */
  readonly at: number;
  /** Whether the runbook lies open at first; a person may fold it. */
  readonly openAtFirst: boolean;
}

export function AlertCard({ alert, at, openAtFirst }: AlertCardProps) {
  const state = alert.state === 'firing' ? stateOfSeverity(alert.severity) : 'unknown';
  return (
    <article
      className={classes.card}
      data-testid={`alert-${alert.name}`}
      data-alert-state={alert.state}
      data-severity={alert.severity ?? ''}
      data-state={state}
    >
      <header className={classes.head}>
        <AlertIcon alert={alert} />
        <h3 className={classes.name}>{alert.name}</h3>
        <span className={classes.severity}>{alert.severity ?? 'no severity'}</span>
        <Since alert={alert} at={at} />
      </header>
      <p className={classes.summary}>{alert.summary}</p>
      {alert.description !== '' && alert.description !== alert.summary && (
        <p className={classes.description}>{alert.description}</p>
      )}
      <Runbook alert={alert} openAtFirst={openAtFirst} />
      <footer className={classes.foot}>
        {tellingLabels(alert.labels).map(([name, value]) => (
          <code key={name} className={classes.label}>
            {name}=<b>{value}</b>
          </code>
        ))}
        <span className={classes.value}>
          value {alert.value === null ? 'unknown' : formatPlain(alert.value)}
        </span>
        <a href={queryHref(alert.expr)} title={alert.expr}>
          PromQL<span className="visually-hidden"> of {alert.name}</span>
        </a>
        <span className={classes.file} title={alert.ruleFile}>
          {alert.ruleFile.split('/').at(-1)}
        </span>
      </footer>
    </article>
  );
}

/** Pending waits, firing wears the shape of its severity; what is mere information is no state of doubt. */
function AlertIcon({ alert }: { readonly alert: AlertView }) {
  const severity = stateOfSeverity(alert.severity);
  if (alert.state === 'pending') return <IconClock size={18} stroke={1.75} aria-hidden="true" />;
  if (severity === 'unknown') return <IconInfoCircle size={18} stroke={1.75} aria-hidden="true" />;
  return <StateIcon state={severity} size={18} />;
}

function Since({ alert, at }: { readonly alert: AlertView; readonly at: number }) {
  const activeAt = Date.parse(alert.activeAt);
  const lasts = formatDuration(at - activeAt);
  const verb = alert.state === 'firing' ? 'firing, active since' : 'pending since';
  return (
    <time className={classes.since} dateTime={alert.activeAt}>
      {verb} {formatMoment(activeAt, at)} ({lasts})
    </time>
  );
}

function Runbook({ alert, openAtFirst }: Pick<AlertCardProps, 'alert' | 'openAtFirst'>) {
  const [open, setOpen] = useState(openAtFirst);
  const { runbook, runbookUrl } = alert;
  if (runbook.length === 0 && runbookUrl === null) return null;
  const link = runbookUrl !== null && (
    <a className={classes.runbookLink} href={runbookUrl} rel="noreferrer">
      Runbook{runbook.length > 0 ? ' in full' : ''}
    </a>
  );
  if (runbook.length === 0) return link;
  return (
    <details
      className={classes.runbook}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <IconChevronRight className={classes.chevron} size={15} stroke={2} aria-hidden="true" />
        Runbook, {runbook.length} {runbook.length === 1 ? 'step' : 'steps'}
      </summary>
      <ol>
        {runbook.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {link}
    </details>
  );
}
