/** Most CPU threads a worker may be asked for: more than any machine runs at once. */
export const MOST_THREADS = 1024;
