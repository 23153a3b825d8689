import { describe, expect, it } from 'vitest';
import { BellwetherError } from '../errors.ts';
import { parseConfig } from './load.ts';

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'bellwether.yaml');
  } catch (error) {
    if (error instanceof BellwetherError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('reading bellwether.yaml', () => {
  it('starts from defaults that work', () => {
    const config = parseConfig('', 'bellwether.yaml');
    expect(config.server.listen).toBe('127.0.0.1:2355');
    expect(config.global.scrape_interval).toBe(15_000);
  });

  it("reads Prometheus' scrape configuration with its own names", () => {
    const config = parseConfig(
      `
global: { scrape_interval: 5s }
scrape_configs:
  - job_name: mail
    scrape_timeout: 1s500ms
    static_configs:
      - targets: ['127.0.0.1:8000']
        labels: { team: post }
`,
      'bellwether.yaml',
    );
    expect(config.scrape_configs[0]).toMatchObject({
      job_name: 'mail',
      scrape_timeout: 1500,
      metrics_path: '/metrics',
      static_configs: [{ targets: ['127.0.0.1:8000'], labels: { team: 'post' } }],
    });
  });

  it('names file, line, column and key of everything that is wrong', () => {
    expect(
      problemsOf(`server:
  listen: nowhere
global:
  scrape_interval: soon
scrap_configs: []
scrape_configs:
  - job_name: mail
    static_configs:
      - targets: 8000
`),
    ).toEqual([
      'bellwether.yaml:2:3 server.listen: must be host:port, like 127.0.0.1:2355',
      expect.stringMatching(
        /^bellwether\.yaml:4:3 global\.scrape_interval: "soon" is not a duration/,
      ),
      expect.stringMatching(
        /^bellwether\.yaml:9:9 scrape_configs\.0\.static_configs\.0\.targets: /,
      ),
      'bellwether.yaml:5:1 scrap_configs: this key is not known here',
    ]);
  });

  it('names the line of a text that is not YAML', () => {
    expect(problemsOf('server: [1, 2\nglobal: {}\n')[0]).toMatch(/^bellwether\.yaml:2:\d+ /);
  });
});
