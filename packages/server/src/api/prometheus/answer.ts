export const TRUNCATED = 'results truncated due to limit';

export function success(data: unknown, warnings: readonly string[] = []): Record<string, unknown> {
  return { status: 'success', data, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** A list, cut where it is longer than was asked for; 0: all. */
export function limited(data: readonly unknown[], limit: number): Record<string, unknown> {
  if (limit === 0 || data.length <= limit) return success(data);
  return success(data.slice(0, limit), [TRUNCATED]);
}

/** Go writes the zero time where nothing happened yet. */
export function timestamp(ms: number | null): string {
  return ms === null ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString();
}
