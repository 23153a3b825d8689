import type { ModelHealth } from '@bellwether/server/api';
import { NativeSelect } from '@mantine/core';
import { StateMark } from '../../components/state-mark.tsx';
import { STATE_WORDS } from '../../states.ts';
import classes from './model-heading.module.css';

interface ModelHeadingProps {
  readonly model: ModelHealth;
  readonly models: readonly ModelHealth[];
  readonly stale: boolean;
  readonly onSelect: (name: string) => void;
}

/** Whose numbers the panels show; with several models, also the place to choose another. */
export function ModelHeading({ model, models, stale, onSelect }: ModelHeadingProps) {
  return (
    <div className={classes.heading}>
      {models.length > 1 ? (
        <>
          <h2 className="visually-hidden">{model.name}</h2>
          <NativeSelect
            className={classes.select}
            classNames={{ input: classes.selectInput }}
            aria-label="Model"
            size="sm"
            value={model.name}
            onChange={(event) => onSelect(event.currentTarget.value)}
            data={models.map(({ name, state }) => ({
              value: name,
              label: stale ? name : `${name} · ${STATE_WORDS[state].toLowerCase()}`,
            }))}
          />
        </>
      ) : (
        <h2 className={classes.name}>{model.name}</h2>
      )}
      <Versions versions={model.versions} />
      {!stale && models.length > 1 && (
        <span className={classes.state}>
          <StateMark state={model.state} />
        </span>
      )}
    </div>
  );
}

function Versions({ versions }: { readonly versions: readonly string[] }) {
  if (versions.length === 0) return null;
  const word = versions.length === 1 ? 'version' : 'versions';
  return (
    <span className={classes.versions}>
      {word} {versions.join(', ')}
    </span>
  );
}
