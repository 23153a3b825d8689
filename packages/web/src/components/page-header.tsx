import type { State } from '@bellwether/server/api';
import { SegmentedControl } from '@mantine/core';
import type { Reading } from '../api/overview.ts';
import { TIME_RANGES, type TimeRange } from '../time-range.ts';
import { BellLogo } from './bell-logo.tsx';
import { DataAge } from './data-age.tsx';
import classes from './page-header.module.css';
import { StateMark } from './state-mark.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

interface PageHeaderProps {
  /** null while nothing has been heard yet. */
  readonly state: State | null;
  readonly reading: Reading | undefined;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
}

export function PageHeader({ state, reading, range, onRange }: PageHeaderProps) {
  return (
    <header className={classes.header}>
      <div className={classes.row}>
        <a className={classes.brand} href="/">
          <BellLogo />
          Bellwether
        </a>
        <span className={classes.state} data-testid="overall-state" data-state={state ?? 'unknown'}>
          {state !== null && <StateMark state={state} />}
        </span>
        <span className={classes.age}>
          {reading !== undefined && <DataAge reading={reading} />}
        </span>
        <SegmentedControl
          className={classes.range}
          classNames={{
            root: classes.rangeRoot,
            indicator: classes.rangeIndicator,
            label: classes.rangeLabel,
          }}
          size="xs"
          withItemsBorders={false}
          transitionDuration={0}
          aria-label="Time range of the lines"
          data={TIME_RANGES}
          value={range}
          onChange={onRange}
        />
        <span className={classes.theme}>
          <ThemeSwitch />
        </span>
      </div>
    </header>
  );
}
