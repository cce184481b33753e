// depth="auto": the network that Diorama brings along measures a photo in the visitor's browser.
// Loading this module makes the word known to <photo-3d>; the network, and ONNX Runtime that runs
// it, are fetched with the first photo that needs them.
import type { Photo3D } from './element';
import { PhotoError } from './errors';
import { loadImage, paintGrey, pixelsOf } from './images';
import { planesOf, sharpenSteps, sizeFor, spreadOverRange } from './measuring';
import type { Answer, Question } from './network';

/** A photo is measured once, however often it begins anew. */
const measured = new Map<string, Promise<TexImageSource>>();
const mostMeasured = 16;

function depthOf(photo: string): Promise<TexImageSource> {
    const known = measured.get(photo) ?? measureDepth(photo);
    measured.set(photo, known);
    known.catch(() => measured.delete(photo));
    for (const oldest of measured.keys()) if (measured.size > mostMeasured) measured.delete(oldest);
    return known;
}

async function measureDepth(photo: string): Promise<TexImageSource> {
    const image = await loadImage(photo);
    const size = sizeFor({ width: image.naturalWidth, height: image.naturalHeight });
    const picture = planesOf(pixelsOf(image, size));
    const depth = await inTurn(() => askNetwork({ picture, size }));
    return paintGrey(sharpenSteps(spreadOverRange(depth), size), size);
}

/** A worker of its own, so that the page goes on meanwhile, and that takes all its memory along. */
function askNetwork(question: Question): Promise<Float32Array> {
    const worker = new Worker(new URL('network.js', import.meta.url), { type: 'module' });
    return new Promise<Float32Array>((resolve, reject) => {
        const refuse = (why: string): void =>
            reject(new PhotoError('depth', `The network could not measure the photo: ${why}`));
        worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
            if ('depth' in data) resolve(data.depth);
            else refuse(data.failure);
        });
        worker.addEventListener('error', ({ message }) => refuse(message || 'network.js is missing'));
        worker.postMessage(question, [question.picture.buffer]);
    }).finally(() => worker.terminate());
}

/** Photos wait for one another: each network takes some hundred megabytes. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = before.then(work);
    before = result.catch(() => undefined);
    return result;
}
let before: Promise<unknown> = Promise.resolve();

void customElements.whenDefined('photo-3d').then((element) => {
    (element as typeof Photo3D).measureBy(depthOf);
});
