/** The same expression at the query API: what a page shows can be checked. */
export function queryHref(expr: string): string {
  return `/api/v1/query?${new URLSearchParams({ query: expr })}`;
}
