import type { AlertView } from '@bellwether/server/api';
import { IconCircleCheck } from '@tabler/icons-react';
import { formatClock } from '../../format-time.ts';
import { stateOfSeverity } from '../../states.ts';
import { AlertCard } from './alert-card.tsx';
import classes from './alert-list.module.css';

interface AlertListProps {
  /** Firing before pending, the most severe first, as the server orders them. */
  readonly alerts: readonly AlertView[];
  readonly at: number;
  readonly stale: boolean;
}

export function AlertList({ alerts, at, stale }: AlertListProps) {
  const firing = alerts.filter((alert) => alert.state === 'firing');
  const firstCritical = firing.find((alert) => stateOfSeverity(alert.severity) === 'critical');
  return (
    <section aria-label="Alerts" className={classes.section}>
      <h2 className={classes.heading}>
        Alerts
        <span className={classes.count}>
          {countsOf(firing.length, alerts.length - firing.length)}
          {stale && ` at ${formatClock(at)}`}
        </span>
      </h2>
      {alerts.length === 0 ? (
        <p className={classes.none}>
          {!stale && <IconCircleCheck size={18} stroke={1.75} aria-hidden="true" />}
          {stale ? `No alert was active at ${formatClock(at)}.` : 'No alert is firing or pending.'}
        </p>
      ) : (
        <div className={classes.list} data-stale={stale}>
          {alerts.map((alert) => (
            <AlertCard
              key={keyOf(alert)}
              alert={alert}
              at={at}
              openAtFirst={alert === firstCritical}
            />
          ))}
        </div>
      )}
    </section>
  );
}

function countsOf(firing: number, pending: number): string {
  if (firing + pending === 0) return '';
  const parts = [`${firing} firing`];
  if (pending > 0) parts.push(`${pending} pending`);
  return parts.join(', ');
}

function keyOf(alert: AlertView): string {
  return JSON.stringify([alert.ruleFile, alert.name, alert.labels]);
}
