import { loadImage } from './images';
import { parseManifest, type Manifest } from './manifest';
import type { Source } from './renderer';

/** A photo in layers, loaded; the farthest first. */
export interface Scene {
    readonly width: number;
    readonly height: number;
    readonly margin: number;
    readonly shift: number;
    readonly focus: number;
    readonly layers: readonly {
        readonly color: TexImageSource;
        readonly depth: TexImageSource;
        readonly near: number;
        readonly far: number;
    }[];
}

export function loadScene(source: Source): Promise<Scene> {
    return source.manifest
        ? loadLayers(source, parseManifest(source.manifest.text, source.manifest.base))
        : loadPhotoAndDepth(source);
}

async function loadLayers(source: Source, manifest: Manifest): Promise<Scene> {
    const layers = manifest.layers.map(async ({ color, depth, near, far }) => {
        const [colors, depths] = await Promise.all([loadImage(color), loadImage(depth)]);
        return { color: colors, depth: depths, near, far };
    });
    return {
        width: manifest.width,
        height: manifest.height,
        margin: manifest.margin,
        shift: Math.min(source.shift ?? source.presetShift, manifest.shift),
        focus: source.focus ?? manifest.focus,
        layers: await Promise.all(layers),
    };
}

/** One layer that has everything; what it uncovers, the shader makes of the farther side. */
async function loadPhotoAndDepth(source: Source): Promise<Scene> {
    const color = await loadImage(source.photo);
    const depth = await source.loadDepth();
    return {
        width: color.naturalWidth,
        height: color.naturalHeight,
        margin: 0,
        shift: source.shift ?? source.presetShift,
        focus: source.focus ?? 0.5,
        layers: [{ color, depth, near: 1, far: 0 }],
    };
}
