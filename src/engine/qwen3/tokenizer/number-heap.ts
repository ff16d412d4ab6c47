/** A queue that gives back the smallest number first. */
export class NumberHeap {
  readonly #values: number[] = [];

  push(value: number): void {
    const values = this.#values;
    let at = values.push(value) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = values[parent] ?? value;
      if (above <= value) break;
      values[at] = above;
      at = parent;
    }
    values[at] = value;
  }

  /** The smallest, or undefined when there is none. */
  pop(): number | undefined {
    const values = this.#values;
    const smallest = values[0];
    const last = values.pop();
    const size = values.length;
    if (last === undefined || size === 0) return smallest;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && (values[child + 1] ?? last) < (values[child] ?? last)) child += 1;
      const below = values[child] ?? last;
      if (below >= last) break;
      values[at] = below;
      at = child;
    }
    values[at] = last;
    return smallest;
  }
}
