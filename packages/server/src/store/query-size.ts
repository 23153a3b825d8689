/** How long a statement may be: lists of series and of labels' values stand in its text. */
export const MOST_QUERY_BYTES = 2 ** 28;
