import { clampView, rest, type View } from './motion';

/** Pointer, finger, keys and the page's scrolling, as one view that they ask for. */
export interface InputOptions {
    /** A pointer that only passes over the photo moves it. */
    readonly hover: () => boolean;
    /** The photo follows the page's scrolling instead of the pointer. */
    readonly scroll: () => boolean;
    readonly onView: (view: View) => void;
}

const keyStep = 0.25;
const keys: Readonly<Record<string, View>> = {
    ArrowLeft: { x: -keyStep, y: 0 },
    ArrowRight: { x: keyStep, y: 0 },
    ArrowUp: { x: 0, y: -keyStep },
    ArrowDown: { x: 0, y: keyStep },
};

/** Listens until `signal` is aborted. */
export function listen(area: HTMLElement, options: InputOptions, signal: AbortSignal): void {
    let view = rest;
    let drag: { readonly from: View; readonly pointer: View } | undefined;

    const ask = (next: View): void => {
        view = clampView(next);
        options.onView(view);
    };
    const on = <K extends keyof HTMLElementEventMap>(
        type: K,
        act: (event: HTMLElementEventMap[K]) => void,
    ): void => area.addEventListener(type, act, { signal });

    on('pointermove', (event) => {
        const pointer = placeIn(area, event);
        if (drag) {
            ask({ x: drag.from.x + pointer.x - drag.pointer.x, y: drag.from.y + pointer.y - drag.pointer.y });
        } else if (event.pointerType === 'mouse' && options.hover() && !options.scroll()) {
            ask(pointer);
        }
    });
    on('pointerdown', (event) => {
        if (event.pointerType === 'mouse' && options.hover()) return;
        drag = { from: view, pointer: placeIn(area, event) };
        area.setPointerCapture(event.pointerId);
    });
    const letGo = (): void => {
        drag = undefined;
        if (!options.scroll()) ask(rest);
    };
    on('pointerup', () => drag && letGo());
    on('pointercancel', letGo);
    on('pointerleave', () => !drag && letGo());
    on('keydown', (event) => {
        const step = keys[event.key];
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        if (step) ask({ x: view.x + step.x, y: view.y + step.y });
        else if (event.key === 'Home' || event.key === 'Escape') ask(rest);
        else return;
        event.preventDefault();
    });
    const follow = (): void => {
        if (options.scroll()) ask({ x: progressOf(area.getBoundingClientRect()), y: 0 });
    };
    addEventListener('scroll', follow, { signal, passive: true });
    follow();
}

/** The place of the pointer: ±1 at the borders. */
function placeIn(area: HTMLElement, event: PointerEvent): View {
    const box = area.getBoundingClientRect();
    return {
        x: (2 * (event.clientX - box.left)) / box.width - 1,
        y: (2 * (event.clientY - box.top)) / box.height - 1,
    };
}

/** −1 where the photo comes in at the window's bottom, 1 where it leaves at the top. */
function progressOf(box: DOMRect): number {
    return 1 - (2 * (box.top + box.height)) / (innerHeight + box.height);
}
