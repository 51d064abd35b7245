import { element } from './element.js';

const SVG = 'http://www.w3.org/2000/svg';
const MARKS = 60;

/** Filling the ring more often than this a second would be a flicker, not a movement. */
const SHORTEST_FILL_MS = 400;

/**
 * The clock's face: the number of the tick, a mark for each of the last ticks of sixty, and a ring
 * that fills while a tick lasts and closes at its end. Where less motion is preferred only the
 * number changes.
 */
export class Dial {
  readonly #number = element('tick', HTMLElement);
  readonly #svg = element('dial', SVGSVGElement);
  readonly #fill = element('fill', SVGCircleElement);
  readonly #marks = drawMarks(element('marks', SVGGElement));
  readonly #lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #phase: () => number;
  #frame: number | undefined;
  #digits = 4;

  /** @param phase how much of the tick that is on is over, 0 to 1, by the shared clock */
  constructor(phase: () => number) {
    this.#phase = phase;
  }

  /** Shows that tick `n`, which lasts `periodMs`, has begun. */
  show(n: number, periodMs: number): void {
    this.#number.textContent = String(n);
    this.#makeRoomFor(String(n).length);
    this.#svg.classList.add('live');
    if (this.#lessMotion.matches) return this.#empty();
    for (const [index, mark] of this.#marks.entries()) {
      mark.classList.toggle('lit', index <= n % MARKS);
    }
    if (periodMs >= SHORTEST_FILL_MS) this.#frame ??= requestAnimationFrame(this.#draw);
    else this.#empty();
  }

  /** Stands still: no ticks come, the number is the last that did. */
  rest(): void {
    this.#svg.classList.remove('live');
    this.#empty();
  }

  /** Every frame looks at the clock: nothing adds up, so nothing drifts. */
  #draw = (): void => {
    this.#frame = requestAnimationFrame(this.#draw);
    this.#fill.style.strokeDashoffset = String(1 - this.#phase());
  };

  #empty(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#fill.style.removeProperty('stroke-dashoffset');
  }

  /** Tells the style sheet, seldom: it makes the browser look at the whole page again. */
  #makeRoomFor(digits: number): void {
    if (digits <= this.#digits) return;
    this.#digits = digits;
    document.documentElement.style.setProperty('--digits', String(digits));
  }
}

function drawMarks(group: SVGGElement): SVGLineElement[] {
  return Array.from({ length: MARKS }, (_, index) => {
    const mark = document.createElementNS(SVG, 'line');
    const isLong = index % 5 === 0;
    const ends = { x1: 100, x2: 100, y1: 8, y2: isLong ? 20 : 14 };
    for (const [name, value] of Object.entries(ends)) mark.setAttribute(name, String(value));
    mark.setAttribute('transform', `rotate(${index * (360 / MARKS)} 100 100)`);
    mark.classList.toggle('long', isLong);
    group.append(mark);
    return mark;
  });
}
