/** Whether a file's first bytes are the byte order mark of UTF-8. */
export const hasUtf8Mark = (start: Uint8Array): boolean => start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
