import type { Overview, State } from '@bellwether/server/api';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { ApiError } from '../../api/client.ts';
import { POLL_MS, type Reading } from '../../api/overview.ts';
import { StateIcon } from '../../components/state-mark.tsx';
import { keepUnits } from '../../format.ts';
import { formatClock, formatDuration } from '../../format-time.ts';
import type { Freshness } from '../../freshness.ts';
import { ageOf } from '../../use-freshness.ts';
import { useNow } from '../../use-now.ts';
import classes from './headline.module.css';

interface HeadlineProps {
  readonly reading: Reading | undefined;
  readonly freshness: Freshness;
  /** What the last request failed with; its message is for a person. */
  readonly failure: Error | null;
}

/**
 * The one sentence. When the numbers below are no longer the present, it says that instead: nobody may read
 * "all is well" off a page whose server is gone.
 */
export function Headline({ reading, freshness, failure }: HeadlineProps) {
  if (freshness !== 'current')
    return <Silence reading={reading} freshness={freshness} failure={failure} />;
  if (reading === undefined)
    return <HeadlineFrame state="unknown" words="Asking the server …" facts={null} />;
  const { overview } = reading;
  return (
    <HeadlineFrame
      state={overview.state}
      words={overview.headline}
      facts={<p className={classes.facts}>{factsOf(overview).join(' · ')}</p>}
    />
  );
}

function Silence({ reading, freshness, failure }: HeadlineProps) {
  const words =
    freshness === 'lost' ? 'No numbers from Bellwether' : 'Bellwether answers with old numbers';
  const why = failure?.message ?? 'The server has stopped evaluating; its log says why.';
  const unreachable = failure instanceof ApiError && failure.code === 'unreachable';
  const next = `Asking again every ${POLL_MS / 1000} s.`;
  return (
    <HeadlineFrame
      state="unknown"
      lost
      words={words}
      facts={
        <p className={classes.facts} data-testid="stale-banner">
          {why}{' '}
          {reading === undefined ? (
            unreachable && 'Is it running? Start it with bellwether serve.'
          ) : (
            <LastKnown reading={reading} />
          )}{' '}
          {next}
        </p>
      }
    />
  );
}

function LastKnown({ reading }: { readonly reading: Reading }) {
  const now = useNow(1_000);
  return (
    <>
      What is below was true at {formatClock(reading.overview.at)},{' '}
      {formatDuration(ageOf(reading, now))} ago.
    </>
  );
}

interface FrameProps {
  readonly state: State;
  readonly lost?: boolean;
  readonly words: string;
  readonly facts: React.ReactNode;
}

function HeadlineFrame({ state, lost = false, words, facts }: FrameProps) {
  return (
    <section
      className={classes.headline}
      data-state={state}
      data-lost={lost}
      aria-label="Overall state"
    >
      {lost ? (
        <IconPlugConnectedX
          className={classes.lostIcon}
          size={30}
          stroke={1.75}
          aria-hidden="true"
        />
      ) : (
        <StateIcon state={state} size={30} />
      )}
      <div>
        <h1 className={classes.words} aria-live="polite" data-testid="headline">
          {keepUnits(words)}
        </h1>
        {facts}
      </div>
    </section>
  );
}

function factsOf({ alerts, models, targets }: Overview): string[] {
  const firing = alerts.filter((alert) => alert.state === 'firing').length;
  const pending = alerts.length - firing;
  return [
    targetsInWords(targets),
    `${models.length} ${models.length === 1 ? 'model' : 'models'}`,
    firing === 0 ? 'no alert firing' : `${firing} ${firing === 1 ? 'alert' : 'alerts'} firing`,
    ...(pending === 0 ? [] : [`${pending} pending`]),
  ];
}

function targetsInWords({ up, total }: Overview['targets']): string {
  if (total === 0) return 'no target configured';
  return `${up} of ${total} ${total === 1 ? 'target answers' : 'targets answer'}`;
}
