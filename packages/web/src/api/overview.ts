import type { Overview } from '@bellwether/server/api';
import { useQuery } from '@tanstack/react-query';
import { ApiError, getJson } from './client.ts';

/** Every number on the page is of the moment the server evaluated last; it is asked this often. */
export const POLL_MS = 5_000;

export interface Reading {
  readonly overview: Overview;
  /** This browser's clock when the answer arrived. */
  readonly receivedAt: number;
  /** How old the numbers were on arrival by the server's own clock, so that a wrong clock here does no harm. */
  readonly ageOnArrivalMs: number;
}

async function readOverview(signal: AbortSignal): Promise<Reading> {
  const { body, serverTime } = await getJson('/api/bellwether/v1/overview', signal);
  if (!isOverview(body)) {
    throw new ApiError(
      'malformed',
      'The server answers in a form this page does not know; reload it.',
    );
  }
  const receivedAt = Date.now();
  return {
    overview: body,
    receivedAt,
    ageOnArrivalMs: Math.max(0, (serverTime ?? receivedAt) - body.at),
  };
}

/** Server and pages are built together: what can differ is another version, and that shows at the top. */
function isOverview(body: unknown): body is Overview {
  return (
    typeof body === 'object' &&
    body !== null &&
    'at' in body &&
    typeof body.at === 'number' &&
    'models' in body &&
    Array.isArray(body.models) &&
    'alerts' in body &&
    Array.isArray(body.alerts)
  );
}

/** The state of everything, asked again every 5 s while the tab is visible. Keeps the last reading on errors. */
export function useOverview() {
  return useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => readOverview(signal),
    refetchInterval: POLL_MS,
  });
}
