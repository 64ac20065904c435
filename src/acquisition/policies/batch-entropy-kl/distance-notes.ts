/** Distances noted for prompts, in the order they come, to be taken together later. */
export interface DistanceNotes {
  /** Whether no other distance can be noted before all are taken. */
  readonly isFull: () => boolean;
  readonly add: (prompt: number, distance: number) => void;
  /** Hands on the distances of one prompt, the latest first, and forgets them. */
  readonly take: (prompt: number, visit: (prompt: number, distance: number) => void) => void;
  /** Hands on all distances, prompt by prompt, and forgets them. */
  readonly takeAll: (visit: (prompt: number, distance: number) => void) => void;
}

/** Room for `room` distances of `size` prompts: 12 bytes a distance and 4 a prompt. */
export function createDistanceNotes(size: number, room: number): DistanceNotes {
  const distances = new Float64Array(room);
  /** One more than the place of the note before of the same prompt, and of the latest of every prompt; 0: none. */
  const before = new Int32Array(room);
  const latest = new Int32Array(size);
  let used = 0;
  const take: DistanceNotes['take'] = (prompt, visit) => {
    for (let note = latest[prompt]!; note > 0; note = before[note - 1]!) visit(prompt, distances[note - 1]!);
    latest[prompt] = 0;
  };
  return {
    isFull: () => used === room,
    add: (prompt, distance) => {
      distances[used] = distance;
      before[used] = latest[prompt]!;
      used++;
      latest[prompt] = used;
    },
    take,
    takeAll: (visit) => {
      for (let prompt = 0; prompt < size; prompt++) if (latest[prompt]! > 0) take(prompt, visit);
      used = 0;
    },
  };
}
