import * as React from 'react';

/** The part of a scrolled element that is in sight, in pixels. */
export interface Viewport {
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

/** Follow what is in sight of the element `ref` holds. */
export function useViewport(ref: React.RefObject<HTMLElement>): Viewport {
  const [viewport, setViewport] = React.useState<Viewport>({ top: 0, height: 0, width: 0 });
  React.useLayoutEffect(() => {
    const element = ref.current;
    if (!element) {
      return undefined;
    }
    const measure = (): void =>
      setViewport(old =>
        old.top === element.scrollTop && old.height === element.clientHeight && old.width === element.clientWidth
          ? old
          : { top: element.scrollTop, height: element.clientHeight, width: element.clientWidth }
      );
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [ref]);
  return viewport;
}

/** Bring what is `height` high at `top` (pixels) into sight of `scroller` by as little scrolling as that takes. */
export function bringIntoSight(scroller: HTMLElement | null, top: number, height: number): void {
  if (scroller === null) {
    return;
  }
  if (top < scroller.scrollTop) {
    scroller.scrollTop = top;
  } else if (top + height > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + height - scroller.clientHeight;
  }
}
