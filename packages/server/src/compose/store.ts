import type { Millis } from '@bellwether/promql';
import type { ClickHouseClient } from '@clickhouse/client';
import { WaitingRoom } from '../api/waiting-room.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Logger } from '../log.ts';
import { MemoryWatch } from '../memory-watch.ts';
import type { Part } from '../part.ts';
import { History } from '../store/metrics/history.ts';
import { MetricStore } from '../store/metrics/metric-store.ts';
import { openStorage, placeOf } from '../store/open-storage.ts';
import { RolledHistory } from '../store/rollups/rolled-history.ts';
import { explainRefusal } from '../store/trouble/refusal.ts';
import { SeriesCopy } from '../store/trouble/series-copy.ts';
import { StoreWatch } from '../store/trouble/store-watch.ts';
import { whenAvailable } from '../store/trouble/when-available.ts';

/** The storage, and what stands on it from the beginning. */
export interface OpenedStore {
  readonly client: ClickHouseClient;
  readonly store: MetricStore;
  readonly past: RolledHistory;
  readonly watch: StoreWatch;
  /** Why something was refused, in words of somebody who can mend it. */
  readonly explain: (error: unknown) => string;
  readonly part: Part;
}

/** Opens the storage and the store in it; as long as that cannot be, says so at the server's address. */
export async function openStoreWhenAvailable(
  options: LoadedConfig & { readonly log: Logger; readonly clock: () => Millis },
): Promise<OpenedStore> {
  const { config, directory, log, clock } = options;
  const memory = new MemoryWatch(log);
  const room = new WaitingRoom(config.server);
  let watch: StoreWatch | undefined;
  let copy: SeriesCopy | undefined;
  let remembered: MetricStore | undefined;
  const restore = () => copy?.restore(async () => remembered?.remember());
  const embedded = {
    log,
    async onSetAside() {
      await restore();
      await watch?.look();
    },
  };
  const open = () =>
    openStorage(config.storage, directory, embedded, async (client) => {
      // Only what is in this process is set aside by us.
      copy = config.storage.clickhouse === undefined ? new SeriesCopy(client, log) : undefined;
      await restore();
      const { head: headMs, out_of_order_time_window: outOfOrderMs } = config.storage;
      const history = new History(client);
      const kept = { from: clock() - config.storage.retention, to: clock() - headMs };
      const past = await RolledHistory.open(client, history, kept);
      const limits = {
        total: config.storage.max_series,
        perJob: config.storage.max_series_per_job,
        memoryFull: () => memory.nearlyFull,
      };
      const settings = { headMs, outOfOrderMs, limits, log, clock };
      const store = await MetricStore.open({ history, past, ...settings });
      remembered = store;
      return { past, store };
    });
  try {
    const { client, made } = await whenAvailable(open, {
      log,
      onWait: ({ what, remedy }) => room.open(`${what}. ${remedy}`),
    });
    watch = new StoreWatch(client);
    await watch.start();
    copy?.start();
    const explain = explainAt(placeOf(config.storage, directory));
    const opened = { client, ...made, watch, explain };
    return { ...opened, part: storePart(opened, memory, copy) };
  } finally {
    await room.close();
  }
}

function explainAt(place: ReturnType<typeof placeOf>): OpenedStore['explain'] {
  return (error) => {
    const { what, remedy } = explainRefusal(error, place);
    return `${what}. ${remedy}`;
  };
}

/** Ends last of all: what the others have yet to write goes through it. */
function storePart(
  { client, explain, store, watch }: Omit<OpenedStore, 'part'>,
  memory: MemoryWatch,
  copy: SeriesCopy | undefined,
): Part {
  return {
    name: 'store',
    async stop() {
      await store.close();
      await copy?.stop();
      await watch.stop();
      memory.stop();
      await client.close();
    },
    trouble() {
      const refusal = store.state.writeError ?? watch.state.error;
      if (refusal === null) return null;
      return `${explain(refusal)} ${store.state.pendingSamples} samples wait in memory.`;
    },
  };
}
