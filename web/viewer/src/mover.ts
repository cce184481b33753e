import { approach, clampView, rest, sway, swayMs, type View } from './motion';

/** Brings the view to where it shall be, a little every frame, and sleeps once it is there. */
export class Mover {
    settleMs = 140;
    private current = rest;
    private target = rest;
    private swaying: { readonly since: number; readonly amplitude: number } | undefined;
    private frame = 0;
    private last = 0;

    constructor(private readonly draw: (view: View) => void) {}

    get view(): View {
        return this.current;
    }

    /** Goes there by and by. */
    ask(target: View): void {
        this.swaying = undefined;
        this.target = clampView(target);
        this.wake();
    }

    /** Is there at once. */
    jump(view: View): void {
        this.ask(view);
        this.current = this.target;
    }

    sway(amplitude: number): void {
        this.swaying = { since: performance.now(), amplitude };
        this.wake();
    }

    /** Draws the next frame anew, also where nothing has moved. */
    wake(): void {
        if (this.frame) return;
        this.last = performance.now();
        this.frame = requestAnimationFrame((now) => this.step(now));
    }

    sleep(): void {
        cancelAnimationFrame(this.frame);
        this.frame = 0;
    }

    private step(now: number): void {
        this.frame = 0;
        if (this.swaying) this.target = this.swayAt(now);
        this.current = approach(this.current, this.target, Math.max(0, now - this.last), this.settleMs);
        this.draw(this.current);
        if (this.current === this.target && !this.swaying) return;
        this.last = now;
        this.frame = requestAnimationFrame((next) => this.step(next));
    }

    private swayAt(now: number): View {
        const { since, amplitude } = this.swaying!;
        if (now - since < swayMs) return sway(Math.max(0, now - since), amplitude);
        this.swaying = undefined;
        return rest;
    }
}
