import { PhotoError } from './errors';
import type { Size } from './measuring';

/** Loads a picture so that WebGL may read it. */
export async function loadImage(address: string): Promise<HTMLImageElement> {
    const image = new Image();
    if (!address.startsWith('data:')) image.crossOrigin = 'anonymous';
    image.src = address;
    try {
        await image.decode();
    } catch {
        throw new PhotoError('texture', `${nameOf(address)} is not there or is no picture${hint()}`);
    }
    return image;
}

export async function loadBytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
        const response = await fetch(address);
        if (response.ok) return new Uint8Array(await response.arrayBuffer());
    } catch {
        // Told below: fetch does not say why.
    }
    throw new PhotoError('photo', `${nameOf(address)} could not be read${hint()}`);
}

/** The pixels of a picture, drawn at a size. */
export function pixelsOf(image: HTMLImageElement, { width, height }: Size): ImageData {
    const context = canvasOf(width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
}

/** A grey picture of values from 0 to 255. */
export function paintGrey(values: ArrayLike<number>, { width, height }: Size): HTMLCanvasElement {
    const pixels = new ImageData(width, height);
    pixels.data.forEach((_, i, data) => (data[i] = i % 4 === 3 ? 255 : values[i >> 2]!));
    const context = canvasOf(width, height);
    context.putImageData(pixels, 0, 0);
    return context.canvas;
}

/** Changes each value of a grey picture. */
export function mapGrey(image: HTMLImageElement, change: (value: number) => number): HTMLCanvasElement {
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    const { data } = pixelsOf(image, size);
    const table = Float32Array.from({ length: 256 }, (_, value) => change(value));
    return paintGrey(Float32Array.from({ length: data.length / 4 }, (_, i) => table[data[4 * i]!]!), size);
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    return canvas.getContext('2d')!;
}

export function nameOf(address: string): string {
    return address.startsWith('data:') ? 'An embedded picture' : address;
}

function hint(): string {
    return location.protocol === 'file:'
        ? '; a page opened from disk may not read its neighbours: serve the folder'
        : '';
}
