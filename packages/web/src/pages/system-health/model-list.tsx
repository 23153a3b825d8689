import type { ModelHealth, Panel } from '@bellwether/server/api';
import type { MouseEvent } from 'react';
import { StateIcon, StateMark } from '../../components/state-mark.tsx';
import { formatValue } from '../../format.ts';
import { STATE_WORDS } from '../../states.ts';
import { hrefWith } from '../../use-search-param.ts';
import classes from './model-list.module.css';

const COLUMNS = [
  { id: 'request-rate', title: 'Request rate' },
  { id: 'error-rate', title: 'Error rate' },
  { id: 'latency-p95', title: 'Latency p95' },
  { id: 'accuracy', title: 'Accuracy' },
] as const;

interface ModelListProps {
  readonly models: readonly ModelHealth[];
  readonly selected: string;
  readonly stale: boolean;
  readonly onSelect: (name: string) => void;
}

/** All models with their four numbers; a click shows one in the panels. */
export function ModelList({ models, selected, stale, onSelect }: ModelListProps) {
  return (
    <section aria-label="Models" className={classes.section}>
      <h2 className={classes.heading}>Models</h2>
      <table className={classes.table} data-stale={stale}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">State</th>
            {COLUMNS.map((column) => (
              <th key={column.id} scope="col" className={classes.numeric}>
                {column.title}
              </th>
            ))}
            <th scope="col" className={classes.numeric}>
              Firing
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <ModelRow
              key={model.name}
              model={model}
              current={model.name === selected}
              stale={stale}
              onSelect={onSelect}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ModelRowProps {
  readonly model: ModelHealth;
  readonly current: boolean;
  readonly stale: boolean;
  readonly onSelect: (name: string) => void;
}

function ModelRow({ model, current, stale, onSelect }: ModelRowProps) {
  const select = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onSelect(model.name);
    window.scrollTo({ top: 0 });
  };
  return (
    <tr className={classes.row} data-current={current} data-testid={`model-${model.name}`}>
      <th scope="row" className={classes.model}>
        <a
          href={hrefWith('model', model.name)}
          aria-current={current ? 'true' : undefined}
          onClick={select}
        >
          {model.name}
        </a>
        <span className={classes.versions}>{model.versions.join(', ')}</span>
      </th>
      <td className={classes.state}>
        {stale ? (
          <StateMark state="unknown" words="Unknown now" />
        ) : (
          <StateMark state={model.state} />
        )}
      </td>
      {COLUMNS.map((column) => (
        <td key={column.id} className={classes.numeric} data-title={column.title}>
          <PanelValue panel={model.panels.find(({ id }) => id === column.id)} stale={stale} />
        </td>
      ))}
      <td className={classes.numeric} data-title="Alerts firing">
        {model.firing}
      </td>
    </tr>
  );
}

function PanelValue({
  panel,
  stale,
}: {
  readonly panel: Panel | undefined;
  readonly stale: boolean;
}) {
  if (panel === undefined || panel.value === null) return <>unknown</>;
  const noteworthy = !stale && panel.state !== 'healthy';
  return (
    <span className={classes.value}>
      {noteworthy && (
        <>
          <StateIcon state={panel.state} size={14} />
          <span className="visually-hidden">{STATE_WORDS[panel.state]}: </span>
        </>
      )}
      {formatValue(panel.value, panel.unit)}
    </span>
  );
}
