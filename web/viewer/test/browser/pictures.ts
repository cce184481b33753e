// Pictures that the tests paint: a photo of two planes, so that each answer can be written down.
import { PNG } from 'pngjs';

export interface Pixel {
    readonly r: number;
    readonly g: number;
    readonly b: number;
    readonly a?: number;
}
export type Paint = (x: number, y: number) => Pixel;

export function paint(width: number, height: number, pixel: Paint): Buffer {
    const png = new PNG({ width, height });
    for (let y = 0; y < height; ++y) {
        for (let x = 0; x < width; ++x) {
            const { r, g, b, a = 255 } = pixel(x, y);
            png.data.set([r, g, b, a], 4 * (y * width + x));
        }
    }
    return PNG.sync.write(png);
}

export const dataAddress = (png: Buffer): string => `data:image/png;base64,${png.toString('base64')}`;
const grey = (value: number): Pixel => ({ r: value, g: value, b: value });

export const width = 160;
export const height = 120;
export const margin = 8;
const square = { left: 60, right: 100, top: 40, bottom: 80 };

const inSquare: (x: number, y: number) => boolean = (x, y) =>
    x >= square.left && x < square.right && y >= square.top && y < square.bottom;

/** Soft green hills with a blue post at the left, and another at the top. */
const far: Paint = (x, y) => {
    const post = Math.abs(x - 25) <= 6 && y > 20 && y < 100;
    const g = Math.round(110 + 40 * Math.sin(x / 9) * Math.cos(y / 11));
    return post ? { r: 0, g: 0, b: 255 } : { r: 0, g, b: 0 };
};
const near: Pixel = { r: 255, g: 0, b: 0 };

/** The red square stands at inverse depth 1, everything else at 0. */
export const photo = (): Buffer =>
    paint(width, height, (x, y) => (inSquare(x, y) ? near : far(x, y)));
export const depth = (): Buffer =>
    paint(width, height, (x, y) => grey(inSquare(x, y) ? 255 : 0));

const layer = (pixel: Paint): string =>
    dataAddress(
        paint(width + 2 * margin, height + 2 * margin, (x, y) => pixel(x - margin, y - margin)),
    );

export function manifest(changes: object = {}): string {
    return JSON.stringify({
        version: 1,
        width,
        height,
        margin,
        shift: 8,
        focus: 0.5,
        layers: [
            { color: layer(far), depth: layer(() => grey(0)), near: 0, far: 0 },
            {
                color: layer((x, y) => ({ ...near, a: inSquare(x, y) ? 255 : 0 })),
                depth: layer(() => grey(255)),
                near: 1,
                far: 1,
            },
        ],
        ...changes,
    });
}

// ---- Measuring -----------------------------------------------------------------------------------

/** Where the pixels lie that are more of one primary than of the others, weighed by it. */
export function centreOf(png: Buffer, primary: 'r' | 'b'): { x: number; y: number } {
    const { width: w, height: h, data } = PNG.sync.read(png);
    let sum = 0;
    let atX = 0;
    let atY = 0;
    for (let y = 0; y < h; ++y) {
        for (let x = 0; x < w; ++x) {
            const weight = data[4 * (y * w + x) + (primary === 'r' ? 0 : 2)]!;
            sum += weight;
            atX += weight * x;
            atY += weight * y;
        }
    }
    return { x: atX / sum, y: atY / sum };
}

/** The mean difference of two pictures of one size, over all samples of colour. */
export function difference(one: Buffer, other: Buffer): number {
    const all = differences(one, other);
    return all.reduce((sum, apart) => sum + apart, 0) / all.length;
}

/** The largest of these differences. */
export function farthestApart(one: Buffer, other: Buffer): number {
    return differences(one, other).reduce((most, apart) => Math.max(most, apart), 0);
}

function differences(one: Buffer, other: Buffer): Uint8Array {
    const a = PNG.sync.read(one);
    const b = PNG.sync.read(other);
    if (a.width !== b.width || a.height !== b.height) {
        throw new Error(`${a.width}×${a.height} is not ${b.width}×${b.height}`);
    }
    return Uint8Array.from({ length: 3 * a.width * a.height }, (_, n) => {
        const i = 4 * Math.floor(n / 3) + (n % 3);
        return Math.abs(a.data[i]! - b.data[i]!);
    });
}
