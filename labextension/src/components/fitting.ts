import * as React from 'react';

/** The font text is drawn in; `size` in pixels. */
export interface Font {
  readonly family: string;
  readonly size: number;
}

/** As long as nothing is laid out, text is taken to be this wide: JupyterLab's own font. */
const USUAL: Font = { family: 'system-ui, sans-serif', size: 13 };
/** How wide a character is on average, in parts of the size, where there is nothing to measure with. */
const AVERAGE = 0.56;
/** More texts than this are not remembered. */
const MOST_KNOWN = 5000;

const known = new Map<string, number>();
let canvas: OffscreenCanvasRenderingContext2D | null | undefined;

/** How many pixels `text` takes in `font` at `size` pixels; measured without touching the page, so that rows may ask. */
export function textWidth(text: string, font: Font, size = font.size): number {
  const key = `${size}px ${font.family}\n${text}`;
  let width = known.get(key);
  if (width === undefined) {
    width = measured(text, `${size}px ${font.family}`) ?? [...text].length * size * AVERAGE;
    if (known.size >= MOST_KNOWN) {
      known.clear();
    }
    known.set(key, width);
  }
  return width;
}

/**
 * How many of the first things, as wide as `widths` says, stand whole in `room` with `gap` between them (all pixels).
 *
 * When some are left out, a last one that counts them, `rest` wide, stands there too.
 */
export function wholeIn(room: number, widths: readonly number[], gap: number, rest: (left: number) => number): number {
  let taken = 0;
  let count = 0;
  widths.forEach((width, at) => {
    taken += width + (at > 0 ? gap : 0);
    const left = widths.length - at - 1;
    if (taken + (left > 0 ? gap + rest(left) : 0) <= room) {
      count = at + 1;
    }
  });
  return count;
}

/** The font of the element `ref` holds, asked again whenever `changed` is another value. */
export function useFont(ref: React.RefObject<HTMLElement>, changed: unknown): Font {
  const [font, setFont] = React.useState(USUAL);
  React.useLayoutEffect(() => {
    if (ref.current) {
      const { fontFamily, fontSize } = getComputedStyle(ref.current);
      const family = fontFamily || USUAL.family;
      const size = parseFloat(fontSize) || USUAL.size;
      setFont(old => (old.family === family && old.size === size ? old : { family, size }));
    }
  }, [ref, changed]);
  return font;
}

function measured(text: string, font: string): number | null {
  if (canvas === undefined) {
    canvas = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('2d');
  }
  if (canvas === null) {
    return null;
  }
  canvas.font = font;
  return canvas.measureText(text).width;
}
