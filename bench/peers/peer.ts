/** Something that sends a text to Python and gets it back. */
export interface Peer {
  readonly name: string;
  readonly echo: (text: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}
