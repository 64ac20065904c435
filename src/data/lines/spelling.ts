/** Spelling of a number in a JSON text: `1.0` and `1` are one number and two spellings. */
export class Spelling {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
