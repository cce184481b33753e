// What stands before and after the network: a photo as its numbers, its numbers as a map. All of it
// as the library does it, at the network's size.

export interface Size {
    readonly width: number;
    readonly height: number;
}

const shortSide = 384;
const multiple = 32;
/** Longer shapes are squeezed: the network has seen none. */
const longestShape = 4;

/** These parts of the pixels are farther than black and nearer than white. */
const beyond = 0.005;
/** Where values around a pixel part by more, it lies on the slope between two things … */
const step = 0.08 * 255;
/** … which a network draws so many pixels wide to either side. */
const slope = 2;

/** The size at which the network sees a photo. */
export function sizeFor({ width, height }: Size): Size {
    const short = Math.max(Math.min(width, height), Math.max(width, height) / longestShape);
    const fit = (side: number): number =>
        Math.max(1, Math.round((Math.max(side, short) * shortSide) / short / multiple)) * multiple;
    return { width: fit(width), height: fit(height) };
}

/** RGBA bytes as three planes, −1 … 1. */
export function planesOf({ data, width, height }: ImageData): Float32Array<ArrayBuffer> {
    const area = width * height;
    const planes = new Float32Array(3 * area);
    for (let channel = 0; channel < 3; ++channel) {
        for (let at = 0; at < area; ++at) {
            planes[channel * area + at] = data[4 * at + channel]! / 127.5 - 1;
        }
    }
    return planes;
}

/** From the network's own scale to 0 at the farthest and 255 at the nearest. */
export function spreadOverRange(depth: Float32Array): Float32Array {
    const sorted = depth.slice().sort();
    const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))]!;
    const far = at(beyond);
    const span = Math.max(at(1 - beyond) - far, 1e-6);
    return depth.map((value) => 255 * Math.min(1, Math.max(0, (value - far) / span)));
}

/** Each pixel of a slope between two things goes to the one that it is nearer to, so that nothing is
 *  drawn out between them. */
export function sharpenSteps(depth: Float32Array, size: Size): Float32Array {
    const low = extremes(depth, size, Math.min);
    const high = extremes(depth, size, Math.max);
    return depth.map((value, at) => {
        if (high[at]! - low[at]! <= step) return value;
        return 2 * value < low[at]! + high[at]! ? low[at]! : high[at]!;
    });
}

/** Of the values within the slope, first along rows and then along columns. */
function extremes(
    values: Float32Array,
    { width, height }: Size,
    pick: (a: number, b: number) => number,
): Float32Array {
    const along = (from: Float32Array, length: number, stride: number): Float32Array =>
        from.map((value, at) => {
            const place = Math.floor(at / stride) % length;
            const first = Math.max(-slope, -place);
            const last = Math.min(slope, length - 1 - place);
            for (let by = first; by <= last; ++by) value = pick(value, from[at + by * stride]!);
            return value;
        });
    return along(along(values, width, 1), height, width);
}
