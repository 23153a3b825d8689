import { StateIcon } from '../../components/state-mark.tsx';
import classes from './down-targets.module.css';

/** Targets that do not answer, each in the server's words. */
export function DownTargets({ down }: { readonly down: readonly string[] }) {
  if (down.length === 0) return null;
  return (
    <section className={classes.box} data-state="critical" aria-label="Targets that do not answer">
      <h2 className={classes.heading}>
        {down.length === 1 ? 'One target does not answer' : `${down.length} targets do not answer`}
      </h2>
      <ul className={classes.list}>
        {down.map((target) => (
          <li key={target}>
            <StateIcon state="critical" size={16} />
            {target}
          </li>
        ))}
      </ul>
    </section>
  );
}
