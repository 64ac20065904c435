/**
 * Replaces a value of a record that cannot be read as written; `found` completes "field 'x' …", `needed` "expected …".
 */
export class Unreadable {
  readonly found: string;
  readonly needed: string;

  constructor(found: string, needed: string) {
    this.found = found;
    this.needed = needed;
  }
}
