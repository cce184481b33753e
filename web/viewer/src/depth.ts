import { PhotoError } from './errors';
import { findGDepth } from './gdepth';
import { loadBytes, loadImage, mapGrey } from './images';

// Where the depth of a photo comes from: an address, or one of these words.
//   ""      the photo itself carries it (GDepth)
//   "pair"  Facebook's name.jpg and name_depth.png
export async function loadDepth(photo: string, depth: string): Promise<TexImageSource> {
    if (depth === 'pair') return loadImage(pairOf(photo));
    if (depth !== '') return loadImage(depth);
    const found = findGDepth(await loadBytes(photo));
    if (!found) {
        throw new PhotoError('depth', 'The photo carries no depth; name a map of it with depth="…"');
    }
    return mapGrey(await loadImage(found.address), found.nearness);
}

export function pairOf(photo: string): string {
    return photo.replace(/\.[A-Za-z]+(?=$|[?#])/, '_depth.png');
}
