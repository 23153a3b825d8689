import { Component, type ReactNode } from 'react';
import classes from './error-boundary.module.css';

interface Props {
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error: Error | null;
}

/** A fault of the page itself is said, never shown as an empty page that looks calm. */
export class ErrorBoundary extends Component<Props, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className={classes.fault} role="alert">
        <h1>This page is broken; the monitoring behind it is not.</h1>
        <p>
          The state of your models is unknown here. Reload the page; alerts go on being sent. The
          fault: <code>{error.message}</code>
        </p>
        <button type="button" onClick={() => window.location.reload()}>
          Reload
        </button>
      </main>
    );
  }
}
