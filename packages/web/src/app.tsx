import { useOverview } from './api/overview.ts';
import { PageHeader } from './components/page-header.tsx';
import { SystemHealth } from './pages/system-health/system-health.tsx';
import { isTimeRange } from './time-range.ts';
import { useFreshness } from './use-freshness.ts';
import { useSearchParam } from './use-search-param.ts';
import { useTabState } from './use-tab-state.ts';

export function App() {
  const { data: reading, error } = useOverview();
  const freshness = useFreshness(reading, error !== null);
  const [asked, setRange] = useSearchParam('range');
  // The demo's day was replayed a moment ago: there is most to see in all of it.
  const usual = reading?.overview.demo == null ? '6h' : '24h';
  const range = isTimeRange(asked) ? asked : usual;
  const current = freshness === 'current' ? (reading?.overview ?? null) : null;
  const state = current?.state ?? (freshness === 'current' ? null : 'unknown');
  useTabState(state, current?.alerts.filter((alert) => alert.state === 'firing').length ?? 0);
  return (
    <>
      <PageHeader state={state} reading={reading} range={range} onRange={setRange} />
      <SystemHealth reading={reading} freshness={freshness} failure={error} range={range} />
    </>
  );
}
