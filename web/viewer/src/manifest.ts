import { PhotoError } from './errors';

// A photo in layers, as `diorama photo3d` writes it. README.md beside this folder has the format.

export interface Layer {
    /** RGBA. Where a nearer layer hides this one, what may lie behind it. */
    readonly color: string;
    /** 8-bit grey: white is `near`, black is `far`; goes on smoothly where the layer is transparent. */
    readonly depth: string;
    readonly near: number;
    readonly far: number;
}

export interface Manifest {
    /** The photo, in pixels. */
    readonly width: number;
    readonly height: number;
    /** Each texture goes on beyond the photo's border by so many of these pixels. */
    readonly margin: number;
    /** The largest way that the layers are completed for, in percent of the width. */
    readonly shift: number;
    /** The depth that stands still. */
    readonly focus: number;
    /** From the farthest, which is opaque, to the nearest. */
    readonly layers: readonly Layer[];
}

const mostLayers = 8;

/** Addresses of textures are taken relative to `base`. */
export function parseManifest(text: string, base: string): Manifest {
    const data = parseObject(text);
    if (data['version'] !== 1) throw broken('its version is not 1');
    const layers = data['layers'];
    if (!Array.isArray(layers) || layers.length < 1 || layers.length > mostLayers) {
        throw broken(`it needs 1 to ${mostLayers} layers`);
    }
    return {
        width: numberIn(data, 'width', 1, 65536),
        height: numberIn(data, 'height', 1, 65536),
        margin: numberIn(data, 'margin', 0, 65536),
        shift: numberIn(data, 'shift', 0, 100),
        focus: numberIn(data, 'focus', 0, 1),
        layers: layers.map((layer) => parseLayer(layer as Record<string, unknown>, base)),
    };
}

function parseLayer(data: Record<string, unknown>, base: string): Layer {
    const near = numberIn(data, 'near', 0, 1);
    return {
        color: addressIn(data, 'color', base),
        depth: addressIn(data, 'depth', base),
        near,
        far: numberIn(data, 'far', 0, near),
    };
}

function parseObject(text: string): Record<string, unknown> {
    try {
        const data: unknown = JSON.parse(text);
        if (typeof data === 'object' && data !== null) return data as Record<string, unknown>;
    } catch {
        throw broken('it is not JSON');
    }
    throw broken('it is not an object');
}

function numberIn(data: Record<string, unknown>, name: string, least: number, most: number): number {
    const value = data?.[name];
    if (typeof value === 'number' && value >= least && value <= most) return value;
    throw broken(`"${name}" is not a number from ${least} to ${most}`);
}

function addressIn(data: Record<string, unknown>, name: string, base: string): string {
    const value = data[name];
    if (typeof value !== 'string' || value === '') throw broken(`a layer has no "${name}"`);
    return new URL(value, base).href;
}

function broken(why: string): PhotoError {
    return new PhotoError('manifest', `The manifest of the photo's layers is broken: ${why}`);
}
