import { useCallback, useSyncExternalStore } from 'react';

const CHANGED = 'bellwether:search';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

/** One parameter of the address, so that what a person looks at can be sent as a link. */
export function useSearchParam(name: string): [string | null, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () =>
    new URLSearchParams(window.location.search).get(name),
  );
  const setValue = useCallback(
    (next: string) => {
      window.history.replaceState(null, '', hrefWith(name, next));
      window.dispatchEvent(new Event(CHANGED));
    },
    [name],
  );
  return [value, setValue];
}

/** The present address with one parameter changed. */
export function hrefWith(name: string, value: string): string {
  const search = new URLSearchParams(window.location.search);
  search.set(name, value);
  return `${window.location.pathname}?${search}`;
}
