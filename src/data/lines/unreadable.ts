/** Stands for a value of a record that cannot be taken as it is written; `found` completes "field 'x' …". */
export class Unreadable {
  readonly found: string;
  readonly needed: string;

  constructor(found: string, needed: string) {
    this.found = found;
    this.needed = needed;
  }
}
