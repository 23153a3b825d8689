import { Command } from 'commander';
import { openServer } from '../compose.ts';
import { configFrom, type LoadedConfig, loadConfig } from '../config/load.ts';
import { createLogger } from '../log.ts';
import { untilStopped } from './until-stopped.ts';

interface ServeOptions {
  config?: string;
  listen?: string;
  data?: string;
}

/** `bellwether serve`: everything a configuration asks for, until it is stopped. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Collect, store, evaluate and show, as the configuration says.')
    .option('-c, --config <file>', 'configuration, like bellwether.yaml')
    .option('--listen <host:port>', 'address to listen on; overrides server.listen')
    .option('--data <folder>', 'data folder; overrides storage.path')
    .action(async (options: ServeOptions) => {
      const log = createLogger();
      const load = async (): Promise<LoadedConfig> =>
        overridden(
          options.config === undefined ? configFrom({}) : await loadConfig(options.config),
          options,
        );
      const server = await openServer({
        ...(await load()),
        log,
        ...(options.config === undefined ? {} : { load }),
      });
      await server.start();
      log.info(`listening on ${server.url}`);
      process.on('SIGHUP', () => {
        // It says itself what came of it.
        server.reload('SIGHUP').catch(() => undefined);
      });
      await untilStopped(() => server.stop());
    });
}

function overridden(loaded: LoadedConfig, options: ServeOptions): LoadedConfig {
  const { config } = loaded;
  return {
    ...loaded,
    config: {
      ...config,
      server: {
        ...config.server,
        ...(options.listen === undefined ? {} : { listen: options.listen }),
      },
      storage: { ...config.storage, ...(options.data === undefined ? {} : { path: options.data }) },
    },
  };
}
