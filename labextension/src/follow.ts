const NEAR = 24; // pixels that count as none
const INTENT = 400; // ms after a hand has moved the view in which a scroll is the reader's

/**
 * Keeps the newest question in view while its answer grows: at the end, until the question has reached the top, where it
 * stays. A reader who scrolls away is left alone, and followed again at that place.
 *
 * A scroll is the reader's only just after a wheel, a key, a finger or the scroll bar has moved: the browser scrolls by
 * itself, too, when contents above change their height.
 */
export class Following {
  /**
   * @param scroller - What scrolls.
   * @param content - What grows in it; its elements `.am-Turn` are the questions.
   * @param onChange - Called when it begins or ends to follow.
   */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly content: HTMLElement,
    private readonly onChange: (follows: boolean) => void = () => undefined
  ) {
    this._observer.observe(content);
    this._observer.observe(scroller);
    for (const name of ['wheel', 'touchmove', 'keydown', 'pointerdown', 'pointermove']) {
      scroller.addEventListener(name, this._moved, { passive: true });
    }
    scroller.addEventListener('scroll', this._scrolled, { passive: true });
  }

  get follows(): boolean {
    return this._follows;
  }

  /** Go to the newest question, and follow it. */
  follow(): void {
    this._set(true);
    this._keep();
  }

  dispose(): void {
    this._observer.disconnect();
    for (const name of ['wheel', 'touchmove', 'keydown', 'pointerdown', 'pointermove']) {
      this.scroller.removeEventListener(name, this._moved);
    }
    this.scroller.removeEventListener('scroll', this._scrolled);
  }

  private get _place(): number {
    const end = this.scroller.scrollHeight - this.scroller.clientHeight;
    const turns = this.content.querySelectorAll<HTMLElement>('.am-Turn');
    const last = turns[turns.length - 1];
    return Math.max(0, last ? Math.min(end, last.offsetTop) : end);
  }

  private _keep = (): void => {
    if (this._follows) {
      this.scroller.scrollTop = this._place;
    }
  };

  private _moved = (event: Event): void => {
    // A mouse that is only moved scrolls nothing.
    if (event.type !== 'pointermove' || (event as PointerEvent).buttons) {
      this._intended = performance.now();
    }
  };

  private _scrolled = (): void => {
    if (performance.now() - this._intended < INTENT) {
      this._intended = performance.now(); // a smooth scroll goes on for a while
      this._set(Math.abs(this.scroller.scrollTop - this._place) < NEAR);
    }
  };

  private _set(follows: boolean): void {
    if (follows !== this._follows) {
      this._follows = follows;
      this.onChange(follows);
    }
  }

  private _follows = true;
  private _intended = -Infinity;
  private _observer = new ResizeObserver(this._keep);
}
