import { PhotoError } from './errors';
import { findGDepth } from './gdepth';
import { loadBytes, loadImage, mapGrey } from './images';

/** A map of a photo that nobody has measured yet, white = near. */
export type DepthMeter = (photo: string) => Promise<TexImageSource>;

// Where the depth of a photo comes from: an address, or one of these words.
//   ""      the photo itself carries it (GDepth)
//   "pair"  Facebook's name.jpg and name_depth.png
//   "auto"  the photo itself, or else a network, once `auto-depth.ts` has made it known
export async function loadDepth(
    photo: string,
    depth: string,
    measure: DepthMeter | undefined,
): Promise<TexImageSource> {
    if (depth === 'pair') return loadImage(pairOf(photo));
    if (depth !== '' && depth !== 'auto') return loadImage(depth);
    const found = findGDepth(await loadBytes(photo));
    if (found) return mapGrey(await loadImage(found.address), found.nearness);
    if (depth === '') {
        throw new PhotoError('depth', 'The photo carries no depth; name a map of it with depth="…"');
    }
    if (!measure) throw new PhotoError('depth', 'The script for depth="auto" is not loaded');
    return measure(photo);
}

export function pairOf(photo: string): string {
    return photo.replace(/\.[A-Za-z]+(?=$|[?#])/, '_depth.png');
}
