import { element } from './element.js';

const SVG = 'http://www.w3.org/2000/svg';
const MARKS = 60;

/**
 * Time between two drawings of the ring, ms. Each costs milliseconds of a CPU where no GPU draws,
 * by script or by an animation of the browser: sixty a second kept a sixth of a core busy.
 */
const DRAW_EVERY_MS = 250;

/** Shortest tick for which the ring is filled, ms: a faster one would flicker. */
const SHORTEST_FILL_MS = 400;

/**
 * The clock's face: the number of the tick, sixty marks that light up one by one, and a ring that
 * fills during a tick. Where reduced motion is preferred only the number changes.
 */
export class Dial {
  readonly #number = element('tick', HTMLElement);
  readonly #svg = element('dial', SVGSVGElement);
  readonly #fill = element('fill', SVGCircleElement);
  readonly #marks = drawMarks(element('marks', SVGGElement));
  readonly #lessMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #phase: () => number;
  #drawing: ReturnType<typeof setInterval> | undefined;
  #digits = 4;

  /** @param phase elapsed part of the current tick, 0 to 1, by the shared clock */
  constructor(phase: () => number) {
    this.#phase = phase;
  }

  /** Shows tick `n`, which lasts `periodMs`. */
  show(n: number, periodMs: number): void {
    this.#number.textContent = String(n);
    this.#makeRoomFor(String(n).length);
    this.#svg.classList.add('live');
    if (this.#lessMotion.matches) return this.#empty();
    for (const [index, mark] of this.#marks.entries()) {
      mark.classList.toggle('lit', index <= n % MARKS);
    }
    if (periodMs < SHORTEST_FILL_MS) return this.#empty();
    clearInterval(this.#drawing); // steps begin with the tick
    this.#drawing = setInterval(() => this.#draw(), DRAW_EVERY_MS);
    this.#draw();
  }

  /** Stops: no ticks come. The last number stays. */
  stop(): void {
    this.#svg.classList.remove('live');
    this.#empty();
  }

  /** Reads the clock each time, so that nothing drifts. */
  #draw(): void {
    this.#fill.style.strokeDashoffset = String(1 - this.#phase());
  }

  #empty(): void {
    clearInterval(this.#drawing);
    this.#drawing = undefined;
    this.#fill.style.removeProperty('stroke-dashoffset');
  }

  /** Sets the number of digits for the style sheet. Only on change: it restyles the page. */
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
