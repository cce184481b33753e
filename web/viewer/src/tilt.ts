import { clampView, type View } from './motion';

export type TiltPermission = 'granted' | 'denied' | 'unavailable';

/** How a device is held, in degrees, as DeviceOrientationEvent says it. */
export interface Attitude {
    /** Front to back. */
    readonly beta: number;
    /** Left to right. */
    readonly gamma: number;
}

const fullTiltDeg = 15;

/** The view for a device that was held as `base`, on a screen turned by `angleDeg`. */
export function viewOf(now: Attitude, base: Attitude, angleDeg: number): View {
    const right = (now.gamma - base.gamma) / fullTiltDeg;
    const down = (now.beta - base.beta) / fullTiltDeg;
    switch (((angleDeg % 360) + 360) % 360) {
        case 90:
            return clampView({ x: down, y: -right });
        case 180:
            return clampView({ x: -right, y: -down });
        case 270:
            return clampView({ x: -down, y: right });
        default:
            return clampView({ x: right, y: down });
    }
}

type AskedOrientation = typeof DeviceOrientationEvent & {
    requestPermission?: () => Promise<'granted' | 'denied'>;
};

/** Whether a button for tilt makes sense here: a device that can be held, and says how it is held. */
export function mayTilt(): boolean {
    return typeof DeviceOrientationEvent !== 'undefined' && matchMedia('(pointer: coarse)').matches;
}

/** iOS wants to be asked, in a secure page and from within a tap. */
export async function askForTilt(): Promise<TiltPermission> {
    if (typeof DeviceOrientationEvent === 'undefined' || !isSecureContext) return 'unavailable';
    const { requestPermission } = DeviceOrientationEvent as AskedOrientation;
    if (!requestPermission) return 'granted';
    try {
        return await requestPermission.call(DeviceOrientationEvent);
    } catch {
        return 'denied';
    }
}

/** Follows the device until `signal` is aborted. How it is held now, and after each turn of the
 *  screen, is the middle. */
export function followTilt(onView: (view: View) => void, signal: AbortSignal): void {
    let base: Attitude | undefined;
    screen.orientation?.addEventListener('change', () => (base = undefined), { signal });
    addEventListener(
        'deviceorientation',
        ({ beta, gamma }) => {
            if (beta === null || gamma === null) return;
            base ??= { beta, gamma };
            onView(viewOf({ beta, gamma }, base, screen.orientation?.angle ?? 0));
        },
        { signal },
    );
}
