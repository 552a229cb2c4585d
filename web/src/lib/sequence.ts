/**
 * The rule that keeps a window in step: a listing carries the user's change counter S; frames up to S are already in
 * the list, the frame S+1 is applied, and any other frame means that something was missed and the list is read again.
 * Frames that arrive while a listing is under way are held until its counter is known.
 */

export interface Sequenced {
  sequence: number;
}
export type Verdict = 'apply' | 'ignore' | 'hold' | 'relist';

export interface Settled<F> {
  /** Held frames that follow the listing, in order. */
  apply: F[];
  /** The held frames have a gap: list once more. */
  relist: boolean;
}

export class SequenceGate<F extends Sequenced> {
  #last: number | null = null;
  #held: F[] | null = null;

  /** The counter up to which this window has seen every change; null before the first listing. */
  get last(): number | null {
    return this.#last;
  }

  /** A listing was asked for: frames are held from now on. */
  begin(): void {
    this.#held ??= [];
  }

  /** The listing failed: what was held is judged against the old counter. */
  abandon(): Settled<F> {
    const held = this.#take();
    return this.#last === null ? { apply: [], relist: held.length > 0 } : this.#replay(held);
  }

  /** The listing answered with its counter. */
  settle(sequence: number): Settled<F> {
    this.#last = sequence;
    return this.#replay(this.#take());
  }

  /** Judges a frame, and counts it when it is to be applied. */
  offer(frame: F): Verdict {
    if (this.#held || this.#last === null) {
      (this.#held ??= []).push(frame);
      return 'hold';
    }
    if (frame.sequence <= this.#last) return 'ignore';
    if (frame.sequence !== this.#last + 1) return 'relist';
    this.#last = frame.sequence;
    return 'apply';
  }

  #take(): F[] {
    const held = this.#held ?? [];
    this.#held = null;
    return held.sort((a, b) => a.sequence - b.sequence);
  }

  #replay(held: F[]): Settled<F> {
    const apply: F[] = [];
    for (const frame of held) {
      const verdict = this.offer(frame);
      if (verdict === 'relist') return { apply, relist: true };
      if (verdict === 'apply') apply.push(frame);
    }
    return { apply, relist: false };
  }
}
