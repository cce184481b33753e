import { PhotoError } from './errors';

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

/** Changes each value of a grey picture. */
export function mapGrey(image: HTMLImageElement, change: (value: number) => number): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => change(value));
    pixels.data.forEach((value, i, data) => {
        if (i % 4 !== 3) data[i] = table[value]!;
    });
    context.putImageData(pixels, 0, 0);
    return canvas;
}

export function nameOf(address: string): string {
    return address.startsWith('data:') ? 'An embedded picture' : address;
}

function hint(): string {
    return location.protocol === 'file:'
        ? '; a page opened from disk may not read its neighbours: serve the folder'
        : '';
}
