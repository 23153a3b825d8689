import classes from './no-models.module.css';

const SNIPPET = `scrape_configs:
  - job_name: my-model
    static_configs: [{ targets: ['localhost:8000'] }]`;

/** What to do when nothing is watched yet. */
export function NoModels({ targets }: { readonly targets: number }) {
  return (
    <section className={classes.empty} aria-label="No models yet" data-testid="no-models">
      <h2>Point Bellwether at a model service</h2>
      <p>
        {targets === 0
          ? 'No target is configured. Add the service to bellwether.yaml and start again:'
          : 'Targets are configured, but none has reported a request to a model yet. A service is known by its ml_requests_total. To add another, in bellwether.yaml:'}
      </p>
      <pre className={classes.snippet}>
        <code>{SNIPPET}</code>
      </pre>
      <p>
        The service answers <code>/metrics</code> with <code>ml_requests_total</code>; in Node,{' '}
        <code>monitor()</code> of <code>@bellwether/sdk</code> around your predict function does
        that. To see a page full of real data first, run <code>bellwether demo</code>.
      </p>
    </section>
  );
}
