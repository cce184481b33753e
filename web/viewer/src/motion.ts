// Where the viewer's eye is: (0, 0) is the place of the camera, ±1 as far to the side as the photo
// allows. What is nearer than the focus goes the same way as the view, what is farther the other.
export interface View {
    readonly x: number;
    readonly y: number;
}

export const rest: View = { x: 0, y: 0 };

export interface Preset {
    /** By how much the nearest and the farthest point part at view 1, in percent of the width. */
    readonly shift: number;
    /** The time in which the view comes nearer to where it shall be by a factor of e. */
    readonly settleMs: number;
    /** How far the first sway goes. */
    readonly sway: number;
}

export const presets = {
    calm: { shift: 1.5, settleMs: 260, sway: 0.5 },
    normal: { shift: 3, settleMs: 140, sway: 0.7 },
    dramatic: { shift: 5, settleMs: 90, sway: 1 },
} as const satisfies Record<string, Preset>;

export function presetNamed(name: string | null): Preset {
    return presets[(name ?? 'normal') as keyof typeof presets] ?? presets.normal;
}

export function clampView(view: View): View {
    return { x: clamp(view.x), y: clamp(view.y) };
}

function clamp(value: number): number {
    return Math.min(1, Math.max(-1, value));
}

/** The view after some time on its way to `target`; exactly there once the rest is too small to see. */
export function approach(view: View, target: View, elapsedMs: number, settleMs: number): View {
    const left = Math.exp(-elapsedMs / settleMs);
    const next = {
        x: target.x + (view.x - target.x) * left,
        y: target.y + (view.y - target.y) * left,
    };
    return Math.hypot(next.x - target.x, next.y - target.y) < 5e-4 ? target : next;
}

/** A sway shows that the photo has depth. Motion that nobody asked for must end within 5 s. */
export const swayMs = 4500;

export function sway(elapsedMs: number, amplitude: number): View {
    const turn = (2 * Math.PI * elapsedMs) / swayMs;
    return { x: amplitude * Math.sin(turn), y: (amplitude / 3) * Math.sin(2 * turn) };
}
